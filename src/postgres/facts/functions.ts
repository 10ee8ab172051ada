import type { FactDefinition, FactOf } from '../../model/index.ts';

export const functions = {
  name: 'postgres.functions',
  subject: 'postgres-server',
  schema: {
    type: 'array',
    description:
      'Functions and procedures that run with the rights of their owner (SECURITY DEFINER), those of extensions apart',
    itemKey: ['database', 'schema', 'name', 'arguments'],
    items: {
      type: 'object',
      description: 'One function',
      properties: {
        database: { type: 'string', description: 'Database' },
        schema: { type: 'string', description: 'Schema' },
        name: { type: 'string', description: 'Name' },
        arguments: { type: 'string', description: 'Its arguments, as they identify it' },
        owner: { type: 'string', description: 'Role whose rights it has', dataClass: 'account-identifier' },
        ownerSuperuser: { type: 'boolean', description: 'That role bypasses every permission check' },
        publicExecute: { type: 'boolean', description: 'Every role may run it' },
        fixed: { type: 'boolean', description: 'It sets search_path for itself' },
        temporaryLast: {
          type: 'boolean',
          description:
            'That path names pg_temp last and nowhere else; a path without it, also an empty one, searches temporary objects first',
        },
        openSchemas: {
          type: 'array',
          description:
            'Schemas of that path that others than its owner and superusers may make objects in, or that do not exist',
          items: { type: 'string', description: 'Schema' },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Functions = FactOf<typeof functions.schema>;
