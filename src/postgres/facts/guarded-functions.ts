import type { FactDefinition, FactOf } from '../../model/index.ts';

export const guardedFunctions = {
  name: 'postgres.guardedFunctions',
  subject: 'postgres-server',
  schema: {
    type: 'array',
    description:
      'Who, beside superusers, may run functions that PostgreSQL or an extension keeps from ordinary roles, beyond whom ' +
      'it grants them to itself: those that reach files of the server, its log, its sessions or its configuration',
    itemKey: ['database', 'function', 'role'],
    items: {
      type: 'object',
      description: 'One role and one function',
      properties: {
        database: { type: 'string', description: 'Database' },
        function: {
          type: 'string',
          description: 'Schema, name and types of arguments: pg_catalog.pg_read_file(text)',
        },
        role: {
          type: 'string',
          description: 'Role that it was granted to, or that owns it; public: every role',
          dataClass: 'account-identifier',
        },
        looking: { type: 'boolean', description: 'It is the role that assay looked as' },
      },
    },
  },
} as const satisfies FactDefinition;

export type GuardedFunctions = FactOf<typeof guardedFunctions.schema>;
