import type { FactDefinition, FactOf } from '../../model/index.ts';

export const changes = {
  name: 'scope.changes',
  subject: 'organisation',
  schema: {
    type: 'object',
    description:
      'what was added to the accounts of the database servers since bundles given with `--previous`, against the declared approvals',
    properties: {
      changes: {
        type: 'array',
        description: 'every right that an account has now, and had not in the last bundle that tells',
        itemKey: ['system', 'account', 'role'],
        items: {
          type: 'object',
          description: 'one right',
          properties: {
            system: { type: 'string', description: 'id of the target' },
            account: { type: 'string', description: 'name of the role', dataClass: 'account-identifier' },
            role: {
              type: 'string',
              description:
                'the role of which it is a member, or an attribute in capitals; empty: it may log in',
              dataClass: 'account-identifier',
            },
            since: {
              type: 'string',
              format: 'date-time',
              description: 'end of the look of that bundle: the change came after it',
            },
            approved: {
              type: 'boolean',
              description:
                'whether an approval of it is declared, by somebody who is neither the account nor whom the register of accounts names as its person',
            },
            ageDays: {
              type: 'integer',
              presence: 'optional',
              description: 'days from the last such approval to the scan; absent: there is none',
            },
          },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Changes = FactOf<typeof changes.schema>;
