import type { FactDefinition, FactOf } from '../../model/index.ts';

export const discoveries = {
  name: 'scope.discoveries',
  subject: 'organisation',
  schema: {
    type: 'object',
    description:
      'when data discovery was last run over the databases, by this scan and bundles given with `--previous`',
    properties: {
      stores: {
        type: 'array',
        description: 'every database for which columns of sensitive data are declared',
        itemKey: ['store'],
        items: {
          type: 'object',
          description: 'one database',
          properties: {
            store: {
              type: 'string',
              description: 'id of the subject; of the target where this scan left it out',
            },
            columns: { type: 'integer', description: 'columns that are declared now' },
            lastRun: {
              type: 'string',
              format: 'date-time',
              presence: 'if-seen',
              description:
                'end of the last look that read every row of each of those columns, and searched the names of all others; absent where there is none',
            },
            ageDays: {
              type: 'integer',
              presence: 'if-seen',
              description: 'days from it to this scan',
            },
          },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Discoveries = FactOf<typeof discoveries.schema>;
