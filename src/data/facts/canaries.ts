import { digestSubjects, type FactDefinition, type FactOf } from '../../model/index.ts';

const column = { type: 'string', description: 'database.schema.table.column' } as const;
const rows = {
  type: 'integer',
  description: 'Rows whose value there it is, whatever its case and the blanks around it',
  presence: 'if-seen',
} as const;

export const canaries = {
  name: 'data.canaries',
  subject: 'data-store',
  schema: {
    type: 'object',
    description:
      'What became of values that the owner made up and put there; they are compared in the server, and neither they nor ' +
      'others leave it',
    properties: {
      cards: {
        type: 'array',
        description: 'Planted card numbers',
        itemKey: ['column'],
        items: {
          type: 'object',
          description: 'One column',
          properties: {
            column,
            rows,
            found: {
              type: 'boolean',
              description:
                'What is read of a declared column, of as many rows as of one, says that card numbers can be read in it; ' +
                'absent where the planted one is not there',
              presence: 'if-seen',
            },
          },
        },
      },
      digests: {
        type: 'array',
        description: 'Digests and pseudonyms of values that are known',
        itemKey: ['column'],
        items: {
          type: 'object',
          description: 'One column, in one row',
          properties: {
            column,
            of: { type: 'string', description: 'Whom it stands for', enum: digestSubjects },
            tried: {
              type: 'array',
              description: 'What the values were made into for comparison',
              items: { type: 'string', description: 'Way' },
            },
            derivable: {
              type: 'boolean',
              description:
                'What is stored is one of those; absent where there is not one such row, or its value is of a form to which ' +
                'they do not compare',
              presence: 'if-seen',
            },
            by: { type: 'string', description: 'Which of them; absent: none', presence: 'optional' },
          },
        },
      },
      corrected: {
        type: 'array',
        description: 'Corrected values of test persons',
        itemKey: ['column'],
        items: {
          type: 'object',
          description: 'One column, in one row',
          properties: {
            column,
            stands: {
              type: 'boolean',
              description:
                'The corrected value stands there; false: the former one does, or none; absent: another, or there is not one such row',
              presence: 'if-seen',
            },
          },
        },
      },
      former: {
        type: 'array',
        description: 'Values that were corrected, in every declared column without a protection',
        itemKey: ['corrected', 'column'],
        items: {
          type: 'object',
          description: 'One corrected column, and one in which its former value was looked for',
          properties: {
            corrected: { type: 'string', description: 'The column that was corrected' },
            column,
            rows,
          },
        },
      },
      erased: {
        type: 'array',
        description: 'Erased test persons, in every declared column without a protection',
        itemKey: ['person', 'column'],
        items: {
          type: 'object',
          description: 'One person, and one column in which the values of the person were looked for',
          properties: {
            person: { type: 'string', description: 'The name of the test person in the configuration' },
            column,
            rows,
          },
        },
      },
      exported: {
        type: 'array',
        description:
          'Test persons whose data was handed over, in every declared column without a protection that holds a value of theirs',
        itemKey: ['person', 'column'],
        items: {
          type: 'object',
          description: 'One person, and one such column',
          properties: {
            person: { type: 'string', description: 'The name of the test person in the configuration' },
            column,
            values: {
              type: 'integer',
              description: 'Declared values of the person that it holds',
              presence: 'if-seen',
            },
            left: {
              type: 'integer',
              description:
                'Of them those that the file that was handed over does not have; absent: it could not be read',
              presence: 'if-seen',
            },
          },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Canaries = FactOf<typeof canaries.schema>;
