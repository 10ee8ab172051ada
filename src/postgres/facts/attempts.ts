import type { FactDefinition, FactOf } from '../../model/index.ts';

const outcomes = ['refused', 'accepted', 'let-in', 'disabled'] as const;

export const attempts = {
  name: 'postgres.attempts',
  subject: 'postgres-server',
  schema: {
    type: 'object',
    description:
      'Log-ins that were tried with the default passwords which the target declares, once each; no password is in it',
    properties: {
      attempts: {
        type: 'array',
        description: 'One log-in each, of those that the server decided',
        itemKey: ['attempt'],
        items: {
          type: 'object',
          description: 'One log-in',
          properties: {
            attempt: {
              type: 'string',
              description: 'Which of how many, in the order of the declaration, and for which role',
              dataClass: 'account-identifier',
            },
            role: { type: 'string', description: 'Role', dataClass: 'account-identifier' },
            outcome: {
              type: 'string',
              enum: outcomes,
              description:
                'refused: the password was asked for, and not accepted. accepted: it is the password of the role. let-in: the role was let in without a password. disabled: there is no such role or it may not log in, which the server said after it accepted the password or asked for none',
            },
          },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Attempts = FactOf<typeof attempts.schema>;
