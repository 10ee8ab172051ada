import type { FactDefinition, FactOf } from '../../model/index.ts';

export const tables = {
  name: 'postgres.tables',
  subject: 'postgres-server',
  schema: {
    type: 'array',
    description: 'Tables of every database that admits connections, catalogs and temporary ones apart',
    itemKey: ['table'],
    items: {
      type: 'object',
      description: 'One table',
      properties: {
        table: { type: 'string', description: 'Database, schema and name' },
        owner: {
          type: 'string',
          description:
            'Role that row security does not hold for unless it is forced; pg_database_owner is told as the owner of the database',
          dataClass: 'account-identifier',
        },
        ownerTaken: {
          type: 'boolean',
          description: 'A role that may log in and is no superuser is that role, or can take it up',
        },
        rowSecurity: { type: 'boolean', description: 'Row security is enabled' },
        forced: { type: 'boolean', description: 'It holds for the owner too' },
        policies: { type: 'integer', description: 'Number of policies; with none nobody sees a row' },
        openTo: {
          type: 'array',
          description: 'Roles that a permissive policy which is just true is for; public: every role',
          itemKey: ['role'],
          items: {
            type: 'object',
            description: 'One role',
            properties: { role: { type: 'string', description: 'Name', dataClass: 'account-identifier' } },
          },
        },
        childrenOpenTo: {
          type: 'array',
          description:
            'Of a table with row security, roles that its policies do not hold for in partitions and inherited children read by their own names: those granted one without row security, and owners of one where it is not forced that somebody who may log in can take up; superusers apart',
          itemKey: ['role'],
          items: {
            type: 'object',
            description: 'One role',
            properties: { role: { type: 'string', description: 'Name', dataClass: 'account-identifier' } },
          },
        },
        unlogged: { type: 'boolean', description: 'Its content is lost in a crash and not replicated' },
        accessMethod: {
          type: 'string',
          description: 'How its rows are stored; absent: heap, as PostgreSQL does, or in its partitions',
          presence: 'optional',
        },
        disabledTriggers: { type: 'integer', description: 'Triggers that do not fire for ordinary sessions' },
        partition: { type: 'boolean', description: 'It is a partition of another table' },
      },
    },
  },
} as const satisfies FactDefinition;

export type Tables = FactOf<typeof tables.schema>;
