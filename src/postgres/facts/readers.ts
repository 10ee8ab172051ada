import type { FactDefinition, FactOf } from '../../model/index.ts';

export const readers = {
  name: 'postgres.readers',
  subject: 'postgres-server',
  schema: {
    type: 'array',
    description:
      'Who may read tables and views, in every database that admits connections: each role that owns some, was granted SELECT or reads them all; catalogs apart',
    itemKey: ['role'],
    items: {
      type: 'object',
      description: 'One role',
      properties: {
        role: {
          type: 'string',
          description: 'Name; public: every role. pg_database_owner is told as the owner of the database',
          dataClass: 'account-identifier',
        },
        everything: {
          type: 'boolean',
          description: 'It reads every table, whatever was granted: a superuser, or pg_read_all_data',
        },
        relations: {
          type: 'array',
          description:
            'What it may read whole; a table also where it may read a partition or inherited child of it',
          itemKey: ['relation'],
          items: {
            type: 'object',
            description: 'One relation',
            properties: { relation: { type: 'string', description: 'Database, schema and name' } },
          },
        },
        columns: {
          type: 'array',
          description:
            'Single columns that it may read; of a table also where it may read those of a partition or inherited child',
          itemKey: ['relation', 'column'],
          items: {
            type: 'object',
            description: 'One column',
            properties: {
              relation: { type: 'string', description: 'Database, schema and name' },
              column: { type: 'string', description: 'Name of the column' },
            },
          },
        },
        members: {
          type: 'array',
          description:
            'Other roles that may log in and can take it up, over any number of steps, superusers apart',
          itemKey: ['role'],
          items: {
            type: 'object',
            description: 'One role',
            properties: { role: { type: 'string', description: 'Name', dataClass: 'account-identifier' } },
          },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Readers = FactOf<typeof readers.schema>;
