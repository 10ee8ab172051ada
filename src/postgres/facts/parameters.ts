import type { FactDefinition, FactOf } from '../../model/index.ts';

export const parameters = {
  name: 'postgres.parameters',
  subject: 'postgres-server',
  schema: {
    type: 'array',
    description:
      'Who, besides superusers, was given a right to change settings that are otherwise theirs alone (GRANT … ON ' +
      'PARAMETER, from PostgreSQL 15 on)',
    itemKey: ['parameter', 'role'],
    items: {
      type: 'object',
      description: 'One setting and one role',
      properties: {
        parameter: { type: 'string', description: 'Name of the setting' },
        role: { type: 'string', description: 'Role; empty: every one', dataClass: 'account-identifier' },
        set: { type: 'boolean', description: 'It may change the setting in its own sessions' },
        alterSystem: { type: 'boolean', description: 'It may change the setting for the server' },
      },
    },
  },
} as const satisfies FactDefinition;

export type Parameters = FactOf<typeof parameters.schema>;
