import type { FactDefinition, FactOf } from '../../model/index.ts';

export const relationKinds = ['table', 'view', 'materialized-view', 'foreign-table', 'sequence'] as const;

export const privileges = {
  name: 'postgres.privileges',
  subject: 'postgres-server',
  schema: {
    type: 'object',
    description: 'What every role may do because PUBLIC may, in every database that admits connections',
    properties: {
      databases: {
        type: 'array',
        description: 'Databases that admit connections',
        itemKey: ['database'],
        items: {
          type: 'object',
          description: 'One database',
          properties: {
            database: { type: 'string', description: 'Name' },
            connect: { type: 'boolean', description: 'PUBLIC may connect' },
            temporary: { type: 'boolean', description: 'PUBLIC may make temporary tables' },
            create: { type: 'boolean', description: 'PUBLIC may make schemas' },
          },
        },
      },
      schemas: {
        type: 'array',
        description: 'Schemas of those databases',
        itemKey: ['database', 'schema'],
        items: {
          type: 'object',
          description: 'One schema',
          properties: {
            database: { type: 'string', description: 'Database' },
            schema: { type: 'string', description: 'Name' },
            create: { type: 'boolean', description: 'PUBLIC may make objects in it' },
            usage: { type: 'boolean', description: 'PUBLIC may look up objects in it' },
            relations: {
              type: 'array',
              description:
                'Tables, views and sequences of it on which PUBLIC holds a privilege, catalogs apart',
              itemKey: ['name'],
              items: {
                type: 'object',
                description: 'One relation',
                properties: {
                  name: { type: 'string', description: 'Name' },
                  kind: { type: 'string', description: 'Kind of relation', enum: relationKinds },
                  privileges: {
                    type: 'array',
                    description: 'What PUBLIC may do with all or some of its columns',
                    items: { type: 'string', description: 'SELECT, INSERT, UPDATE …' },
                  },
                },
              },
            },
          },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Privileges = FactOf<typeof privileges.schema>;
