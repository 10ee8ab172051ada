import type { FactDefinition, FactOf } from '../../model/index.ts';

export const commands = ['all', 'select', 'insert', 'update', 'delete'] as const;

export const policies = {
  name: 'postgres.policies',
  subject: 'postgres-server',
  schema: {
    type: 'array',
    description: 'Policies of row security in every database that admits connections; never their text',
    itemKey: ['table', 'policy'],
    items: {
      type: 'object',
      description: 'One policy',
      properties: {
        table: { type: 'string', description: 'Database, schema and name' },
        policy: { type: 'string', description: 'Its name' },
        command: { type: 'string', description: 'What it is about', enum: commands },
        permissive: { type: 'boolean', description: 'It lets rows through; else it only holds some back' },
        roles: {
          type: 'array',
          description: 'Roles that it is for; public: every role',
          itemKey: ['role'],
          items: {
            type: 'object',
            description: 'One role',
            properties: { role: { type: 'string', description: 'Name', dataClass: 'account-identifier' } },
          },
        },
        everyRow: {
          type: 'boolean',
          description: 'What it asks of rows that are there is the constant true',
        },
        everyNewRow: { type: 'boolean', description: 'What it asks of new rows is the constant true' },
      },
    },
  },
} as const satisfies FactDefinition;

export type Policies = FactOf<typeof policies.schema>;
