import type { FactDefinition, FactOf } from '../../model/index.ts';

export const damage = {
  name: 'postgres.damage',
  subject: 'postgres-server',
  schema: {
    type: 'array',
    description: 'Damaged pages that the server found by their checksums (pg_stat_database)',
    itemKey: ['database'],
    items: {
      type: 'object',
      description: 'One database',
      properties: {
        database: { type: 'string', description: 'Name; empty: what all databases share' },
        checksumFailures: {
          type: 'integer',
          description:
            'Since the statistics were last reset; absent: without data checksums nothing is found',
          presence: 'if-seen',
        },
        ageSeconds: {
          type: 'integer',
          description: 'Seconds since the last one, by the server’s clock; absent: none',
          presence: 'optional',
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Damage = FactOf<typeof damage.schema>;
