import type { FactDefinition, FactOf } from '../../model/index.ts';

export const load = {
  name: 'postgres.load',
  subject: 'postgres-server',
  schema: {
    type: 'object',
    description: 'How much of what the server can take is taken, at the time of the look',
    properties: {
      maximumConnections: { type: 'integer', description: 'max_connections' },
      reservedConnections: {
        type: 'integer',
        description: 'Those of them that ordinary roles cannot have',
      },
      usedConnections: {
        type: 'integer',
        description: 'Those that clients have, the scan’s among them; absent: sessions of others are hidden',
        presence: 'if-seen',
      },
      oldestTransactionSeconds: {
        type: 'integer',
        description:
          'Age of the oldest open transaction of others, 0 where there is none; absent: sessions of others are hidden',
        presence: 'if-seen',
      },
      freezeMaximumAge: { type: 'integer', description: 'autovacuum_freeze_max_age, in transactions' },
      databases: {
        type: 'array',
        description: 'Every database of the server',
        itemKey: ['database'],
        items: {
          type: 'object',
          description: 'One database',
          properties: {
            database: { type: 'string', description: 'Name' },
            transactionAge: {
              type: 'integer',
              description:
                'Transactions since its oldest unfrozen one; at 2147483648 the server stops taking writes before data is lost',
            },
            multixactAge: { type: 'integer', description: 'Likewise, of shared row locks' },
          },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Load = FactOf<typeof load.schema>;
