import type { FactDefinition, FactOf } from '../../model/index.ts';

const pair = {
  system: { type: 'string', description: 'id of the target' },
  role: { type: 'string', description: 'the one role', dataClass: 'account-identifier' },
  otherSystem: { type: 'string', description: 'id of the other role’s target' },
  otherRole: { type: 'string', description: 'the other role', dataClass: 'account-identifier' },
} as const;

export const duties = {
  name: 'scope.duties',
  subject: 'organisation',
  schema: {
    type: 'object',
    description:
      'declared pairs of roles that conflict, and who can take up one of them on the database servers',
    properties: {
      registerAgeDays: { type: 'integer', description: 'days from the date of the register to the scan' },
      pairs: {
        type: 'array',
        description: 'every declared pair',
        itemKey: ['system', 'role', 'otherSystem', 'otherRole'],
        items: {
          type: 'object',
          description: 'one pair',
          properties: {
            ...pair,
            present: {
              type: 'boolean',
              presence: 'if-seen',
              description: 'whether both roles are there: of one that is not, nobody is a member',
            },
          },
        },
      },
      holders: {
        type: 'array',
        description: 'whoever can take up a role of a pair, once for each pair',
        itemKey: ['system', 'role', 'otherSystem', 'otherRole', 'who'],
        items: {
          type: 'object',
          description: 'one person, or one account whose person is not known',
          properties: {
            ...pair,
            who: {
              type: 'string',
              description:
                'the person whom the register of accounts names, over all accounts; otherwise system and account, with a blank between them',
              dataClass: 'account-identifier',
            },
            both: {
              type: 'boolean',
              presence: 'if-seen',
              description:
                'whether accounts of theirs that may log in can take up both roles, by membership over any number of steps, by ADMIN OPTION or as superusers; absent where nobody knows whose the account is, and other accounts have the other role',
            },
            bySuperuser: {
              type: 'boolean',
              description: 'of one of the roles they have nothing but what a superuser has of every role',
            },
          },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Duties = FactOf<typeof duties.schema>;
