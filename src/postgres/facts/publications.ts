import type { FactDefinition, FactOf } from '../../model/index.ts';

export const publications = {
  name: 'postgres.publications',
  subject: 'postgres-server',
  schema: {
    type: 'array',
    description: 'Publications of logical replication in every database that admits connections',
    itemKey: ['publication'],
    items: {
      type: 'object',
      description: 'One publication',
      properties: {
        publication: { type: 'string', description: 'Database and name' },
        owner: { type: 'string', description: 'Role that may change it', dataClass: 'account-identifier' },
        allTables: { type: 'boolean', description: 'It sends every table, those to come included' },
        schemas: {
          type: 'array',
          description: 'Schemas that it sends every table of, those to come included',
          items: { type: 'string', description: 'Database and schema' },
        },
        tables: {
          type: 'array',
          description: 'Single tables that it sends',
          items: { type: 'string', description: 'Database, schema and name' },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Publications = FactOf<typeof publications.schema>;
