import { clients } from '../../tls/facts/clients.ts';
import { type Versions, versions } from '../../tls/facts/versions.ts';
import { clientsValue } from '../../tls/sessions/clients-value.ts';
import { probeSessions } from '../../tls/sessions/probe-sessions.ts';
import type { FactCollector } from '../collector.ts';
import type { TlsSession } from './session.ts';
import { collectSessions } from './sessions.ts';

/** Collects `tls.clients`, from the same handshakes as `tls.tickets`. */
export const clientsCollector: FactCollector<TlsSession> = {
  fact: clients.name,
  needs: [versions.name],
  plan: {
    requests: [
      'a handshake of TLS 1.3 and one of the highest accepted version before it, completed and closed; with ML-KEM where nothing else is taken',
    ],
  },
  async collect(session, read) {
    return collectSessions(session, (await read(versions.name)) as Versions, {
      list: '/handshakes',
      what: 'whether a client certificate is asked for',
      basis:
        'A handshake of TLS 1.3 and one of the highest accepted version before it, without a client certificate',
      probe: probeSessions,
      answered: (seen) => {
        const { value, missing } = clientsValue(seen);
        return { value, missing, returned: value.handshakes.length };
      },
    });
  },
};
