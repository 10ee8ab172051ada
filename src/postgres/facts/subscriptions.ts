import type { FactDefinition, FactOf } from '../../model/index.ts';

/** sslmode of a connection string; `default`: it says none. */
export const sslModes = [
  'default',
  'disable',
  'allow',
  'prefer',
  'require',
  'verify-ca',
  'verify-full',
] as const;

export const subscriptions = {
  name: 'postgres.subscriptions',
  subject: 'postgres-server',
  schema: {
    type: 'array',
    description: 'From where the server subscribes to tables of others (pg_subscription)',
    itemKey: ['database', 'name'],
    items: {
      type: 'object',
      description: 'One subscription',
      properties: {
        database: { type: 'string', description: 'Database that takes the changes' },
        name: { type: 'string', description: 'Name' },
        owner: { type: 'string', description: 'Role that owns it', dataClass: 'account-identifier' },
        enabled: { type: 'boolean', description: 'It is running, or would be' },
        storedSecret: {
          type: 'boolean',
          description: 'Its connection string holds a password; absent: the role may not ask',
          presence: 'if-seen',
        },
        sslMode: {
          type: 'string',
          description:
            'sslmode of its connection string; absent: the role may not ask, or the string is quoted in a way that leaves doubt',
          enum: sslModes,
          presence: 'if-seen',
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Subscriptions = FactOf<typeof subscriptions.schema>;
