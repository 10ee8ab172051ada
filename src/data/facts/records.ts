import { type FactDefinition, type FactOf, recordFields, recordKinds } from '../../model/index.ts';

export const records = {
  name: 'data.records',
  subject: 'data-store',
  schema: {
    type: 'array',
    description:
      'Whether the rows of declared tables of records say what they have to, counted in the server; each field of each table',
    itemKey: ['column', 'field'],
    items: {
      type: 'object',
      description: 'One field of one table',
      properties: {
        column: { type: 'string', description: 'database.schema.table.column' },
        kind: { type: 'string', description: 'What the rows record', enum: recordKinds },
        field: {
          type: 'string',
          description: 'What the column says of it',
          enum: [...new Set(Object.values(recordFields).flat())],
        },
        rows: { type: 'integer', description: 'Rows there are', presence: 'if-seen' },
        blank: {
          type: 'integer',
          description:
            'Of them those in which it is NULL, blank, an empty array, JSON without a value or no finite date; absent where there are no rows',
          presence: 'if-seen',
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Records = FactOf<typeof records.schema>;
