import type { FactDefinition, FactOf } from '../../model/index.ts';

export const largeObjects = {
  name: 'postgres.largeObjects',
  subject: 'postgres-server',
  schema: {
    type: 'array',
    description: 'How many large objects each database that admits connections holds',
    itemKey: ['database'],
    items: {
      type: 'object',
      description: 'One database',
      properties: {
        database: { type: 'string', description: 'Name' },
        total: { type: 'integer', description: 'Large objects in it' },
        public: { type: 'integer', description: 'Those on which PUBLIC holds a privilege' },
      },
    },
  },
} as const satisfies FactDefinition;

export type LargeObjects = FactOf<typeof largeObjects.schema>;
