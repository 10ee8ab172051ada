import type { FactDefinition, FactOf } from '../../model/index.ts';

export const accounts = {
  name: 'scope.accounts',
  subject: 'organisation',
  schema: {
    type: 'object',
    description: 'the roster of accounts against the log-in roles that the database servers have',
    properties: {
      registerAgeDays: {
        type: 'integer',
        description: 'days from the date of the roster to the scan',
      },
      accounts: {
        type: 'array',
        description: 'every account that the roster names or a server has',
        itemKey: ['system', 'account'],
        items: {
          type: 'object',
          description: 'one account on one system',
          properties: {
            system: { type: 'string', description: 'id of the target' },
            account: { type: 'string', description: 'name of the role', dataClass: 'account-identifier' },
            declared: { type: 'boolean', description: 'whether the roster names it' },
            declaredPrivileged: {
              type: 'boolean',
              description: 'whether the roster says that it is privileged',
            },
            present: {
              type: 'boolean',
              presence: 'if-seen',
              description: 'whether the server has it, with the right to log in',
            },
            privileged: {
              type: 'boolean',
              presence: 'if-seen',
              description: 'whether it is a superuser, may create roles, bypass row security or replicate',
            },
          },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Accounts = FactOf<typeof accounts.schema>;
