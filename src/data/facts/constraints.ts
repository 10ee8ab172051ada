import { constraintKinds, type FactDefinition, type FactOf } from '../../model/index.ts';

export const constraints = {
  name: 'data.constraints',
  subject: 'data-store',
  schema: {
    type: 'array',
    description: 'Whether declared columns have the constraints that they are to have; no row is read',
    itemKey: ['column', 'must'],
    items: {
      type: 'object',
      description: 'One constraint of one column',
      properties: {
        column: { type: 'string', description: 'database.schema.table.column' },
        must: {
          type: 'string',
          description:
            'What the server is to see to: a value (NOT NULL), one of its own (a unique index over the column alone), one that another table has (foreign key), one of a rule (CHECK, a domain with one, or an enumeration)',
          enum: constraintKinds,
        },
        held: {
          type: 'boolean',
          description:
            'It is there, enforced, and was validated over the rows there were; false too where there is no such column of a table; absent where its database could not be entered',
          presence: 'if-seen',
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Constraints = FactOf<typeof constraints.schema>;
