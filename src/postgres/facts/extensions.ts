import type { FactDefinition, FactOf } from '../../model/index.ts';

export const extensions = {
  name: 'postgres.extensions',
  subject: 'postgres-server',
  schema: {
    type: 'array',
    description: 'Extensions of every database',
    itemKey: ['database', 'name'],
    items: {
      type: 'object',
      description: 'One extension in one database',
      properties: {
        database: { type: 'string', description: 'Database' },
        name: { type: 'string', description: 'Name' },
        version: { type: 'string', description: 'Version that the database has' },
        offered: {
          type: 'string',
          description:
            'Version that CREATE EXTENSION would make; absent: the server’s folder has none any more',
          presence: 'optional',
        },
        schema: { type: 'string', description: 'Schema of its objects' },
        owner: { type: 'string', description: 'Owner', dataClass: 'account-identifier' },
        trusted: { type: 'boolean', description: 'Who may make schemas in a database may make it too' },
      },
    },
  },
} as const satisfies FactDefinition;

export type Extensions = FactOf<typeof extensions.schema>;
