import { dataClasses, type FactDefinition, type FactOf } from '../../model/index.ts';

export const purposes = {
  name: 'data.purposes',
  subject: 'data-store',
  schema: {
    type: 'array',
    description: 'What each column of the declared data map is kept for, and whether it is used at all',
    itemKey: ['column'],
    items: {
      type: 'object',
      description: 'One column',
      properties: {
        column: { type: 'string', description: 'database.schema.table.column' },
        class: { type: 'string', description: 'What it is declared to hold', enum: dataClasses },
        purpose: {
          type: 'string',
          description: 'What it is declared to be kept for; absent: not declared',
          presence: 'optional',
        },
        filled: {
          type: 'boolean',
          description:
            'Some row says something in it; false: each is NULL, blank, an empty array, JSON without a value or no finite date; absent where there are no rows',
          presence: 'if-seen',
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Purposes = FactOf<typeof purposes.schema>;
