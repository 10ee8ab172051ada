import { dataClasses, type FactDefinition, type FactOf, protections } from '../../model/index.ts';
import { countNames } from '../forms.ts';
import { verdicts } from '../verdict.ts';

export const methods = ['whole', 'bernoulli', 'system'] as const;

export const samples = {
  name: 'data.samples',
  subject: 'data-store',
  schema: {
    type: 'object',
    description:
      'What the values of columns look like, counted in the server; no value leaves it. Every declared column, and those ' +
      'whose name, comment or type suggests card data, which are not read unless declared',
    properties: {
      columns: {
        type: 'array',
        description: 'Those columns',
        itemKey: ['column'],
        items: {
          type: 'object',
          description: 'One column',
          properties: {
            column: { type: 'string', description: 'database.schema.table.column' },
            classes: {
              type: 'array',
              description: 'What it is declared to hold, and what its name, comment or type suggests',
              items: { type: 'string', description: 'Class', enum: dataClasses },
            },
            protection: {
              type: 'string',
              description: 'How its values are declared to be protected; absent: not declared',
              enum: protections,
              presence: 'optional',
            },
            untilAuthorisation: {
              type: 'boolean',
              description:
                'It is declared to hold sensitive authentication data until a payment is authorised; absent: not so',
              presence: 'optional',
            },
            method: {
              type: 'string',
              description: 'How rows were chosen: all, or TABLESAMPLE BERNOULLI or SYSTEM; absent: not read',
              enum: methods,
              presence: 'if-seen',
            },
            seed: { type: 'integer', description: 'REPEATABLE, of a sample', presence: 'optional' },
            rows: { type: 'integer', description: 'Rows read', presence: 'if-seen' },
            estimatedRows: {
              type: 'integer',
              description: 'Rows there are, by the planner’s statistics; absent: it has none',
              presence: 'optional',
            },
            values: {
              type: 'integer',
              description: 'Of the rows read, those with a value',
              presence: 'if-seen',
            },
            longer: {
              type: 'integer',
              description: 'Of those values, such as are longer than what is looked at of one',
              presence: 'if-seen',
            },
            counts: {
              type: 'array',
              description: 'How many of those values are of which form; forms of none are left out',
              itemKey: ['form'],
              presence: 'if-seen',
              items: {
                type: 'object',
                description: 'One form',
                properties: {
                  form: { type: 'string', description: 'Form', enum: countNames },
                  values: { type: 'integer', description: 'Values of it' },
                },
              },
            },
            verdict: {
              type: 'string',
              description: 'What the values read look like',
              enum: verdicts,
              presence: 'if-seen',
            },
            state: {
              type: 'string',
              description:
                'What is proved of all values; absent where nothing is, as by a sample without plaintext',
              enum: verdicts.filter((each) => each !== 'unknown'),
              presence: 'if-seen',
            },
            cardNumbers: {
              type: 'boolean',
              description: 'Card numbers can be read in it; false only where every row was read',
              presence: 'if-seen',
            },
            otherCardNumbers: {
              type: 'boolean',
              description: 'The same of card numbers that processors do not publish for tests',
              presence: 'if-seen',
            },
            trackData: { type: 'boolean', description: 'The same of track data', presence: 'if-seen' },
            verificationCodes: {
              type: 'boolean',
              description: 'The same of values of three or four digits',
              presence: 'if-seen',
            },
            pins: {
              type: 'boolean',
              description: 'The same of values of 4 to 12 digits, and of 8 bytes',
              presence: 'if-seen',
            },
            truncation: {
              type: 'string',
              description: 'Of columns declared truncated: whether numbers keep more digits than may stay',
              enum: ['within', 'beyond'],
              presence: 'if-seen',
            },
          },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Samples = FactOf<typeof samples.schema>;
