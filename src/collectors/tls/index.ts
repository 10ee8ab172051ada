import type { SubjectCollector } from '../collector.ts';
import { chainCollector } from './chain.ts';
import { leafCollector } from './leaf.ts';
import { openTlsSession, type TlsSession } from './session.ts';
import { upgradesCollector } from './upgrades.ts';
import { versionsCollector } from './versions.ts';

/** Everything that can be looked at in a TLS endpoint. */
export const tlsCollector: SubjectCollector<TlsSession> = {
  kind: 'tls-endpoint',
  open: openTlsSession,
  facts: [chainCollector, leafCollector, upgradesCollector, versionsCollector],
};
