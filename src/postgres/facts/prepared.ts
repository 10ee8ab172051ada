import type { FactDefinition, FactOf } from '../../model/index.ts';

export const prepared = {
  name: 'postgres.prepared',
  subject: 'postgres-server',
  schema: {
    type: 'array',
    description:
      'Transactions that were prepared for a two-phase commit and wait to be ended (pg_prepared_xacts)',
    itemKey: ['database', 'owner'],
    items: {
      type: 'object',
      description: 'Those of one role in one database',
      properties: {
        database: { type: 'string', description: 'Database' },
        owner: { type: 'string', description: 'Role that prepared them', dataClass: 'account-identifier' },
        transactions: { type: 'integer', description: 'How many there are' },
        oldestSeconds: { type: 'integer', description: 'Age of the oldest, by the server’s clock' },
      },
    },
  },
} as const satisfies FactDefinition;

export type Prepared = FactOf<typeof prepared.schema>;
