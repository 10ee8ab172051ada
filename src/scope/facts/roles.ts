import type { FactDefinition, FactOf } from '../../model/index.ts';

export const roles = {
  name: 'scope.roles',
  subject: 'organisation',
  schema: {
    type: 'object',
    description: 'the declared memberships of roles against those that the database servers have',
    properties: {
      registerAgeDays: { type: 'integer', description: 'days from the date of the register to the scan' },
      memberships: {
        type: 'array',
        description:
          'every membership that the register names or a server has, those between roles that cannot log in included, and without what pg_monitor consists of',
        itemKey: ['system', 'account', 'role'],
        items: {
          type: 'object',
          description: 'one membership on one system, whoever granted it',
          properties: {
            system: { type: 'string', description: 'id of the target' },
            account: { type: 'string', description: 'the member', dataClass: 'account-identifier' },
            role: { type: 'string', description: 'of which role', dataClass: 'account-identifier' },
            declared: { type: 'boolean', description: 'whether the register names it' },
            declaredAdmin: {
              type: 'boolean',
              description: 'whether the register says that the member may grant it to others',
            },
            present: {
              type: 'boolean',
              presence: 'if-seen',
              description:
                'whether the server has it, with at least one of INHERIT, SET and ADMIN; without all of them it gives nothing',
            },
            admin: {
              type: 'boolean',
              presence: 'if-seen',
              description: 'whether the member may grant it to others (ADMIN OPTION)',
            },
          },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Roles = FactOf<typeof roles.schema>;
