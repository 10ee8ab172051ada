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
      'User mappings of foreign servers in every database that admits connections: as whom roles log in elsewhere, and foreign servers that hold a secret themselves; never an option’s value',
    itemKey: ['server', 'role'],
    items: {
      type: 'object',
      description: 'One user mapping, or foreign server with a secret of its own',
      properties: {
        server: { type: 'string', description: 'Database and foreign server' },
        role: {
          type: 'string',
          description:
            'Role that it is for; public: every role; empty: the server itself, whose options every role may read',
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
          description: 'An option is there that is named as a password, secret, token, key or credential',
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
