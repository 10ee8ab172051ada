import type { FactDefinition, FactOf } from '../../model/index.ts';

export const reviews = {
  name: 'scope.reviews',
  subject: 'organisation',
  schema: {
    type: 'object',
    description: 'the declared reviews of accounts against the log-in roles that the database servers have',
    properties: {
      accounts: {
        type: 'array',
        description: 'every account that a review names or a server has',
        itemKey: ['system', 'account'],
        items: {
          type: 'object',
          description: 'one account on one system',
          properties: {
            system: { type: 'string', description: 'id of the target' },
            account: { type: 'string', description: 'name of the role', dataClass: 'account-identifier' },
            decision: {
              type: 'string',
              enum: ['keep', 'remove', 'none'],
              description: 'what its last review decided; none: there is no review of it',
            },
            ageDays: {
              type: 'integer',
              presence: 'optional',
              description: 'days from its last review to the scan; absent: there is none',
            },
            reviewedByOwner: {
              type: 'boolean',
              description:
                'whether its last review is by the one whom the register of accounts names as its person; false too where no person is named',
            },
            present: {
              type: 'boolean',
              presence: 'if-seen',
              description: 'whether the server has it, with the right to log in',
            },
          },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Reviews = FactOf<typeof reviews.schema>;
