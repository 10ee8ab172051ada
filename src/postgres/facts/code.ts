import type { FactDefinition, FactOf } from '../../model/index.ts';

export const code = {
  name: 'postgres.code',
  subject: 'postgres-server',
  schema: {
    type: 'array',
    description:
      'Functions whose text looks as if it held a secret, by database that admits connections; never their text',
    itemKey: ['database'],
    items: {
      type: 'object',
      description: 'One database',
      properties: {
        database: { type: 'string', description: 'Name' },
        searched: {
          type: 'integer',
          description: 'Functions and procedures searched: all but those of extensions, in C and of catalogs',
        },
        suspicious: {
          type: 'array',
          description: 'Those with a literal password, key or connection string with one',
          itemKey: ['function'],
          items: {
            type: 'object',
            description: 'One function',
            properties: { function: { type: 'string', description: 'Schema, name and arguments' } },
          },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Code = FactOf<typeof code.schema>;
