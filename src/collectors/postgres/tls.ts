import { AssayError } from '../../model/index.ts';
import { everyMajor } from '../../postgres/query.ts';
import { tlsOf } from '../../postgres/tls-offer.ts';
import type { CollectContext } from '../collector.ts';
import { startAsking } from './asking.ts';
import { offersTls } from './knock.ts';
import type { PostgresFact } from './postgres-fact.ts';
import type { PostgresSession } from './session.ts';

const inWords =
  'SSLRequest, where the session has no TLS, on a connection of its own; where the server agrees, the handshake is finished and the connection closed';

/** Its row stands in evidence as that of a query does. */
const tlsRequest = { ...everyMajor, name: 'tls-request', text: inWords };

export const tls: PostgresFact = {
  fact: 'postgres.tls',
  needs: [],
  plan: {
    requests: [inWords],
    connections: 1,
    at: ({ host }, { postgres }) =>
      host.startsWith('/') || postgres?.tls !== 'plaintext' ? { connections: 0 } : {},
  },
  collect: async (session, _read, context) => {
    const asking = startAsking();
    const isOwn = session.transport.kind === 'tls';
    const rows = [{ offered: isOwn || (await asked(session, context)) }];
    asking.keep(tlsRequest, rows);
    return {
      value: tlsOf(rows),
      method: 'TEST',
      completeness: [],
      requests: asking.requests,
      evidence: asking.evidence,
      connections: isOwn ? 0 : 1,
    };
  },
};

/** Without TLS on the socket a server says nothing of the TLS that it has elsewhere. */
async function asked({ whom, transport }: PostgresSession, context: CollectContext): Promise<boolean> {
  const { subject } = whom;
  if (transport.kind === 'unix-socket')
    throw new AssayError('ERR_NO_TLS_HERE', 'expected a network address to ask for TLS, got a socket', {
      remedy: 'name the server in a target by the address that its clients use',
    });
  await context.pace?.turn(subject.address ?? subject.host, context.signal);
  return offersTls({ subject, context });
}
