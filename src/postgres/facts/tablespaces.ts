import type { FactDefinition, FactOf } from '../../model/index.ts';

export const tablespaces = {
  name: 'postgres.tablespaces',
  subject: 'postgres-server',
  schema: {
    type: 'array',
    description: 'Where the server keeps data',
    itemKey: ['name'],
    items: {
      type: 'object',
      description: 'One tablespace',
      properties: {
        name: { type: 'string', description: 'Name' },
        owner: { type: 'string', description: 'Role that owns it', dataClass: 'account-identifier' },
        elsewhere: {
          type: 'boolean',
          description: 'It has a directory of its own',
        },
        publicCreate: { type: 'boolean', description: 'PUBLIC may put objects into it' },
      },
    },
  },
} as const satisfies FactDefinition;

export type Tablespaces = FactOf<typeof tablespaces.schema>;
