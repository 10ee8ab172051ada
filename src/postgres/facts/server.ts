import type { FactDefinition, FactOf } from '../../model/index.ts';

export const server = {
  name: 'postgres.server',
  subject: 'postgres-server',
  schema: {
    type: 'object',
    description: 'The server, and the session that assay itself had with it',
    properties: {
      versionNumber: { type: 'integer', description: 'server_version_num: 150018 is 15.18' },
      major: { type: 'integer', description: 'Major version' },
      inRecovery: { type: 'boolean', description: 'A standby, or still recovering' },
      platform: {
        type: 'string',
        description:
          'The managed platform that it shows itself to be of, by the roles that the platform makes; absent: of none that assay knows',
        enum: ['rds', 'aurora', 'cloudsql', 'azure'],
        presence: 'optional',
      },
      transport: {
        type: 'string',
        description: 'How our session was carried',
        enum: ['unix-socket', 'tls', 'plaintext'],
      },
      tlsVersion: {
        type: 'string',
        description: 'TLS version of our session; absent without TLS',
        presence: 'optional',
      },
      cipher: {
        type: 'string',
        description: 'Cipher suite of our session; absent without TLS',
        presence: 'optional',
      },
      certificate: {
        type: 'string',
        description:
          'What we checked of the certificate: chain and name, chain, or nothing; absent without TLS',
        enum: ['chain-and-name', 'chain', 'nothing'],
        presence: 'optional',
      },
    },
  },
} as const satisfies FactDefinition;

export type Server = FactOf<typeof server.schema>;
