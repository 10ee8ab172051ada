import type { FactDefinition, FactOf } from '../../model/index.ts';
import { grantKinds } from '../../postgres/facts/direct-grants.ts';

export const roles = {
  name: 'scope.roles',
  subject: 'organisation',
  schema: {
    type: 'object',
    description:
      'the declared memberships of roles against those that the database servers have, and what accounts were granted outside of roles',
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
      accounts: {
        type: 'array',
        description: 'every role that may log in to a server',
        itemKey: ['system', 'account'],
        items: {
          type: 'object',
          description: 'one account on one system',
          properties: {
            system: { type: 'string', description: 'id of the target' },
            account: { type: 'string', description: 'name of the role', dataClass: 'account-identifier' },
            granted: {
              type: 'array',
              description: 'what was granted to itself, and not to a role that it is a member of',
              itemKey: ['database', 'kind'],
              items: {
                type: 'object',
                description: 'rights on one kind of object, as in `postgres.directGrants`',
                properties: {
                  database: { type: 'string', description: 'database' },
                  kind: { type: 'string', description: 'kind of object', enum: grantKinds },
                  objects: { type: 'integer', description: 'how many there are with a right of it' },
                },
              },
            },
          },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Roles = FactOf<typeof roles.schema>;
