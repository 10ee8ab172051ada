import type { FactDefinition, FactOf } from '../../model/index.ts';

export const ownership = {
  name: 'postgres.ownership',
  subject: 'postgres-server',
  schema: {
    type: 'array',
    description:
      'Roles that own something in the databases that admit connections, catalogs and temporary things apart',
    itemKey: ['owner'],
    items: {
      type: 'object',
      description: 'One role',
      properties: {
        owner: {
          type: 'string',
          description: 'Name; pg_database_owner is told as the owner of the database',
          dataClass: 'account-identifier',
        },
        superuser: { type: 'boolean', description: 'It may do everything, whoever owns it' },
        databases: { type: 'integer', description: 'Databases that it owns' },
        schemas: { type: 'integer', description: 'Schemas that it owns' },
        relations: { type: 'integer', description: 'Tables, views and sequences that it owns' },
        functions: { type: 'integer', description: 'Functions and procedures that it owns' },
        members: {
          type: 'array',
          description:
            'Other roles that may log in and can take it up, over any number of steps, superusers apart',
          items: { type: 'string', description: 'Role', dataClass: 'account-identifier' },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Ownership = FactOf<typeof ownership.schema>;
