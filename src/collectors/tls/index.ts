import type { SubjectCollector } from '../collector.ts';
import { spareConnections } from '../lanes.ts';
import { attacksCollector } from './attacks.ts';
import { chainCollector } from './chain.ts';
import { clientsCollector } from './clients.ts';
import { compressionCollector } from './compression.ts';
import { connectionsAtMost } from './connections.ts';
import { ordinaryRequests, planBeforeTls } from './entrance-plan.ts';
import { extensionsCollector } from './extensions.ts';
import { fallbackCollector } from './fallback.ts';
import { flawsCollector } from './flaws.ts';
import { groupsCollector } from './groups.ts';
import { keysCollector } from './keys.ts';
import { leafCollector } from './leaf.ts';
import { primesCollector } from './primes.ts';
import { resumptionCollector } from './resumption.ts';
import { revocationCollector } from './revocation.ts';
import { openTlsSession, type TlsSession } from './session.ts';
import { signaturesCollector } from './signatures.ts';
import { statusCollector } from './status.ts';
import { suitesCollector } from './suites.ts';
import { ticketsCollector } from './tickets.ts';
import { timestampsCollector } from './timestamps.ts';
import { toleranceCollector } from './tolerance.ts';
import { upgradesCollector } from './upgrades.ts';
import { versionsCollector } from './versions.ts';
import { weaknessesCollector } from './weaknesses.ts';

/** Everything that can be looked at in a TLS endpoint. */
export const tlsCollector: SubjectCollector<TlsSession> = {
  kind: 'tls-endpoint',
  plan: {
    presents: 'no name of ours in ordinary hellos; nothing is asked of an application behind TLS',
    requests: ordinaryRequests,
    connections: spareConnections,
    atMost: connectionsAtMost,
    usually: 'about 30 to 60 connections, more with --probe',
    at: planBeforeTls,
  },
  open: openTlsSession,
  facts: [
    attacksCollector,
    chainCollector,
    clientsCollector,
    compressionCollector,
    extensionsCollector,
    fallbackCollector,
    flawsCollector,
    groupsCollector,
    keysCollector,
    leafCollector,
    primesCollector,
    resumptionCollector,
    revocationCollector,
    signaturesCollector,
    statusCollector,
    suitesCollector,
    ticketsCollector,
    timestampsCollector,
    toleranceCollector,
    upgradesCollector,
    versionsCollector,
    weaknessesCollector,
  ],
};
