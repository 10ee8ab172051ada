import type { FactDefinition, FactOf } from '../../model/index.ts';

export const encryption = {
  name: 'data.encryption',
  subject: 'data-store',
  schema: {
    type: 'object',
    description:
      'What lies below the columns that hold card numbers, or whose name suggests it, and what is above',
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
            accessMethod: {
              type: 'string',
              description:
                'How its table is stored: heap, tde_heap …; absent: not seen, or in its partitions',
              presence: 'optional',
            },
            volumeEncrypted: {
              type: 'boolean',
              description: 'The volume is said to be encrypted; absent: nothing is said',
              presence: 'optional',
            },
            removableMedia: {
              type: 'boolean',
              description: 'It is said to lie on media that are carried about',
            },
            unreadable: {
              type: 'boolean',
              description: 'Whoever may read the column reads no card number; absent: not proved either way',
              presence: 'if-seen',
            },
          },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Encryption = FactOf<typeof encryption.schema>;
