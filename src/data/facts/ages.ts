import type { FactDefinition, FactOf } from '../../model/index.ts';

export const ages = {
  name: 'data.ages',
  subject: 'data-store',
  schema: {
    type: 'array',
    description: 'How old the rows of tables with a declared retention are, counted in the server',
    itemKey: ['column'],
    items: {
      type: 'object',
      description: 'One table',
      properties: {
        column: { type: 'string', description: 'database.schema.table.column of the date or timestamp' },
        maximumAgeDays: { type: 'integer', description: 'Declared limit' },
        rows: { type: 'integer', description: 'Rows there are', presence: 'if-seen' },
        undated: { type: 'integer', description: 'Of them those without a date', presence: 'if-seen' },
        oldestDays: {
          type: 'integer',
          description: 'Whole days since the oldest; absent: no row has a date',
          presence: 'optional',
        },
        older: {
          type: 'integer',
          description: 'Rows older than the limit; absent where some have no date and no other is older',
          presence: 'if-seen',
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Ages = FactOf<typeof ages.schema>;
