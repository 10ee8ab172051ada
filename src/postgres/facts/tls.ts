import type { FactDefinition, FactOf } from '../../model/index.ts';

export const tls = {
  name: 'postgres.tls',
  subject: 'postgres-server',
  schema: {
    type: 'object',
    description:
      'What came of asking the server for TLS over the network (SSLRequest): in the session itself, else on a connection of its own. Over a socket there is none to ask for',
    properties: {
      offered: {
        type: 'boolean',
        description: 'It agreed, and a handshake was finished; the certificate need not have been good',
      },
    },
  },
} as const satisfies FactDefinition;

export type Tls = FactOf<typeof tls.schema>;
