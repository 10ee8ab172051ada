import type { SubjectCollector } from '../collector.ts';
import { chainCollector } from './chain.ts';
import { leafCollector } from './leaf.ts';
import { revocationCollector } from './revocation.ts';
import { openTlsSession, type TlsSession } from './session.ts';
import { timestampsCollector } from './timestamps.ts';
import { versionsCollector } from './versions.ts';
import { weaknessesCollector } from './weaknesses.ts';

/** Everything that can be looked at in a TLS endpoint. */
export const tlsCollector: SubjectCollector<TlsSession> = {
  kind: 'tls-endpoint',
  open: openTlsSession,
  facts: [
    chainCollector,
    leafCollector,
    revocationCollector,
    timestampsCollector,
    versionsCollector,
    weaknessesCollector,
  ],
};
