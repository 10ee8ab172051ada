import { dataClasses, type FactDefinition, type FactOf } from '../../model/index.ts';
import { detectors } from '../name-table.ts';

export const columns = {
  name: 'data.columns',
  subject: 'data-store',
  schema: {
    type: 'object',
    description: 'Which columns are said to hold sensitive data: by their owner, and by what they are called',
    properties: {
      suggestive: {
        type: 'array',
        description: 'Columns of tables whose name, comment or type suggests sensitive data',
        itemKey: ['column'],
        items: {
          type: 'object',
          description: 'One column',
          properties: {
            column: { type: 'string', description: 'database.schema.table.column' },
            type: { type: 'string', description: 'Its type' },
            detectors: {
              type: 'array',
              description: 'What it suggests; of a comment nothing else is known',
              items: { type: 'string', description: 'Detector', enum: detectors },
            },
            seenIn: {
              type: 'array',
              description: 'Where that was seen',
              items: { type: 'string', description: 'Place', enum: ['name', 'comment', 'type'] },
            },
            declared: { type: 'boolean', description: 'It stands in the declared data map' },
          },
        },
      },
      declared: {
        type: 'array',
        description: 'Columns of the declared data map',
        itemKey: ['column'],
        items: {
          type: 'object',
          description: 'One column',
          properties: {
            column: { type: 'string', description: 'database.schema.table.column' },
            class: { type: 'string', description: 'What it is declared to hold', enum: dataClasses },
            found: {
              type: 'boolean',
              description: 'It is there; absent where its database could not be entered',
              presence: 'if-seen',
            },
          },
        },
      },
      searched: { type: 'integer', description: 'Columns that were looked through' },
    },
  },
} as const satisfies FactDefinition;

export type Columns = FactOf<typeof columns.schema>;
