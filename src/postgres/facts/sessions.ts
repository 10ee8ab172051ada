import type { FactDefinition, FactOf } from '../../model/index.ts';

/** Where a session comes from: the server's Unix socket, a loopback address, or any other address. */
export const clientKinds = ['socket', 'loopback', 'remote'] as const;
/** `other`: TLS of a version that has no name here. */
export const sessionEncryptions = ['none', 'gss', 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3', 'other'] as const;

export const sessions = {
  name: 'postgres.sessions',
  subject: 'postgres-server',
  schema: {
    type: 'array',
    description:
      'Sessions at the time of the look, those of the scan apart; those that are alike as one item',
    itemKey: ['role', 'database', 'kind', 'client', 'encryption'],
    items: {
      type: 'object',
      description: 'Sessions of one role with one database, of one kind',
      properties: {
        role: { type: 'string', description: 'Role', dataClass: 'account-identifier' },
        database: {
          type: 'string',
          description: 'Database; empty: none, as for a copy of the whole server',
        },
        kind: {
          type: 'string',
          description: 'client: of a client. replication: of a standby, a subscription or a base backup',
          enum: ['client', 'replication'],
        },
        client: {
          type: 'string',
          description: 'Where from: the Unix socket, a loopback address, any other address',
          enum: clientKinds,
        },
        encryption: {
          type: 'string',
          description: 'none: in the clear. gss: by GSSAPI. Otherwise the TLS version',
          enum: sessionEncryptions,
        },
        ciphers: {
          type: 'array',
          description: 'Cipher suites that they use',
          items: { type: 'string', description: 'Name by OpenSSL' },
        },
        sessions: { type: 'integer', description: 'How many there are' },
        named: { type: 'integer', description: 'How many of them give an application_name' },
        certificates: { type: 'integer', description: 'How many of them showed a client certificate' },
      },
    },
  },
} as const satisfies FactDefinition;

export type Sessions = FactOf<typeof sessions.schema>;
