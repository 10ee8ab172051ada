import type { SubjectCollector } from '../collector.ts';
import { attacksCollector } from './attacks.ts';
import { chainCollector } from './chain.ts';
import { compressionCollector } from './compression.ts';
import { extensionsCollector } from './extensions.ts';
import { fallbackCollector } from './fallback.ts';
import { flawsCollector } from './flaws.ts';
import { groupsCollector } from './groups.ts';
import { leafCollector } from './leaf.ts';
import { primesCollector } from './primes.ts';
import { openTlsSession, type TlsSession } from './session.ts';
import { suitesCollector } from './suites.ts';
import { versionsCollector } from './versions.ts';

/** Everything that can be looked at in a TLS endpoint. */
export const tlsCollector: SubjectCollector<TlsSession> = {
  kind: 'tls-endpoint',
  open: openTlsSession,
  facts: [
    attacksCollector,
    chainCollector,
    compressionCollector,
    extensionsCollector,
    fallbackCollector,
    flawsCollector,
    groupsCollector,
    leafCollector,
    primesCollector,
    suitesCollector,
    versionsCollector,
  ],
};
