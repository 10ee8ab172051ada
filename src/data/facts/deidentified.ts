import { deidentifications, type FactDefinition, type FactOf } from '../../model/index.ts';
import { identifierCounts } from '../identifier-forms.ts';
import { identifiers } from '../identifiers.ts';

export const deidentified = {
  name: 'data.deidentified',
  subject: 'data-store',
  schema: {
    type: 'array',
    description:
      'All columns of the tables that are declared to be without identifiers of persons, of which every row is read; no ' +
      'value leaves the server',
    itemKey: ['column'],
    items: {
      type: 'object',
      description: 'One column',
      properties: {
        column: { type: 'string', description: 'database.schema.table.column' },
        method: {
          type: 'string',
          description: 'How identifiers are declared to have been taken out',
          enum: deidentifications,
        },
        type: { type: 'string', description: 'Its type' },
        rows: { type: 'integer', description: 'Rows read', presence: 'if-seen' },
        values: { type: 'integer', description: 'Of them those with a value', presence: 'if-seen' },
        counts: {
          type: 'array',
          description: 'How many of those values are of which form; forms of none are left out',
          itemKey: ['form'],
          presence: 'if-seen',
          items: {
            type: 'object',
            description: 'One form',
            properties: {
              form: { type: 'string', description: 'Form', enum: identifierCounts },
              values: { type: 'integer', description: 'Values of it' },
            },
          },
        },
        found: {
          type: 'array',
          description: 'Identifiers that are there and may not be',
          presence: 'if-seen',
          items: { type: 'string', description: 'Identifier', enum: identifiers },
        },
        identifying: {
          type: 'boolean',
          description: 'One is there; false only where no value of any row could be one',
          presence: 'if-seen',
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Deidentified = FactOf<typeof deidentified.schema>;
