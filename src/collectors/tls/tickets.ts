import { tickets } from '../../tls/facts/tickets.ts';
import { type Versions, versions } from '../../tls/facts/versions.ts';
import { probeSessions } from '../../tls/sessions/probe-sessions.ts';
import { ticketsValue } from '../../tls/sessions/tickets-value.ts';
import type { FactCollector } from '../collector.ts';
import type { TlsSession } from './session.ts';
import { collectSessions } from './sessions.ts';

/** Collects `tls.tickets`. */
export const ticketsCollector: FactCollector<TlsSession> = {
  fact: tickets.name,
  needs: [versions.name],
  plan: {
    requests: [
      'a handshake of TLS 1.3 and one of the highest accepted version before it, completed and closed; with ML-KEM where nothing else is taken',
    ],
  },
  async collect(session, read) {
    return collectSessions(session, (await read(versions.name)) as Versions, {
      list: '/handshakes',
      what: 'session tickets',
      basis: 'A handshake of TLS 1.3 and one of the highest accepted version before it, completed and closed',
      probe: probeSessions,
      answered: (seen) => {
        const { value, missing } = ticketsValue(seen);
        return { value, missing, returned: value.handshakes.length };
      },
    });
  },
};
