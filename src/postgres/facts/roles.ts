import type { FactDefinition, FactOf } from '../../model/index.ts';

export const roles = {
  name: 'postgres.roles',
  subject: 'postgres-server',
  schema: {
    type: 'array',
    description: 'Every role of the server, groups included',
    itemKey: ['name'],
    items: {
      type: 'object',
      description: 'One role',
      properties: {
        name: { type: 'string', description: 'Name', dataClass: 'account-identifier' },
        login: { type: 'boolean', description: 'May log in' },
        superuser: { type: 'boolean', description: 'Bypasses every permission check' },
        createrole: { type: 'boolean', description: 'May make and change roles' },
        createdb: { type: 'boolean', description: 'May make databases' },
        replication: { type: 'boolean', description: 'May copy the whole server by replication' },
        bypassrls: { type: 'boolean', description: 'Bypasses row-level security' },
        connectionLimit: { type: 'integer', description: 'Sessions at a time; -1: no limit' },
        validUntil: {
          type: 'string',
          format: 'date-time',
          description: 'When its password stops working; absent: never',
          presence: 'optional',
        },
        reach: {
          type: 'array',
          description:
            'Predefined roles, and roles with an administrative attribute, whose power it can take up',
          items: { type: 'string', description: 'Role name', dataClass: 'account-identifier' },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Roles = FactOf<typeof roles.schema>;
