import type { SubjectCollector } from '../collector.ts';
import { chainCollector } from './chain.ts';
import { clientsCollector } from './clients.ts';
import { flawsCollector } from './flaws.ts';
import { leafCollector } from './leaf.ts';
import { resumptionCollector } from './resumption.ts';
import { openTlsSession, type TlsSession } from './session.ts';
import { ticketsCollector } from './tickets.ts';
import { versionsCollector } from './versions.ts';

/** Everything that can be looked at in a TLS endpoint. */
export const tlsCollector: SubjectCollector<TlsSession> = {
  kind: 'tls-endpoint',
  open: openTlsSession,
  facts: [
    chainCollector,
    clientsCollector,
    flawsCollector,
    leafCollector,
    resumptionCollector,
    ticketsCollector,
    versionsCollector,
  ],
};
