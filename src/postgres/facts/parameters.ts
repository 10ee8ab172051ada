import type { FactDefinition, FactOf } from '../../model/index.ts';

const grantees = {
  type: 'object',
  description: 'One role',
  properties: {
    role: { type: 'string', description: 'Name, or PUBLIC', dataClass: 'account-identifier' },
  },
} as const;

export const parameters = {
  name: 'postgres.parameters',
  subject: 'postgres-server',
  schema: {
    type: 'array',
    description:
      'Settings that superusers alone may change unless others were given the right to (GRANT … ON PARAMETER, since ' +
      'PostgreSQL 15): those of the log, and each other one that somebody was given a right to',
    itemKey: ['parameter'],
    items: {
      type: 'object',
      description: 'One setting',
      properties: {
        parameter: { type: 'string', description: 'Name' },
        log: { type: 'boolean', description: 'It is about what is logged and where' },
        setBy: {
          type: 'array',
          description: 'Who, besides superusers, may change it in their own sessions',
          itemKey: ['role'],
          items: grantees,
        },
        alterSystemBy: {
          type: 'array',
          description: 'Who, besides superusers, may change it for the server',
          itemKey: ['role'],
          items: grantees,
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Parameters = FactOf<typeof parameters.schema>;
