import type { FactDefinition, FactOf } from '../../model/index.ts';

export const sslModes = [
  'default',
  'disable',
  'allow',
  'prefer',
  'require',
  'verify-ca',
  'verify-full',
  'socket',
  'other',
] as const;

export const mappings = {
  name: 'postgres.mappings',
  subject: 'postgres-server',
  schema: {
    type: 'array',
    description:
      'User mappings of foreign servers in every database that admits connections: as whom roles log in elsewhere; never an option’s value',
    itemKey: ['server', 'role'],
    items: {
      type: 'object',
      description: 'One user mapping',
      properties: {
        server: { type: 'string', description: 'Database and foreign server' },
        role: {
          type: 'string',
          description: 'Role that it is for; public: every role',
          dataClass: 'account-identifier',
        },
        wrapper: { type: 'string', description: 'Foreign-data wrapper' },
        libpq: { type: 'boolean', description: 'The wrapper is that of postgres_fdw or dblink' },
        sslMode: {
          type: 'string',
          description:
            'sslmode of the server; default: not set; socket: its host is a Unix socket; other: no word of libpq',
          enum: sslModes,
        },
        secret: {
          type: 'boolean',
          description: 'A password or another secret is stored in it',
          presence: 'if-seen',
        },
        passwordRequired: {
          type: 'boolean',
          description: 'Roles that are no superusers must log in there with a password of the mapping',
          presence: 'if-seen',
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Mappings = FactOf<typeof mappings.schema>;
