import type { FactDefinition, FactOf } from '../../model/index.ts';

export const databases = {
  name: 'postgres.databases',
  subject: 'postgres-server',
  schema: {
    type: 'array',
    description: 'Every database of the server, also those that admit no connections',
    itemKey: ['name'],
    items: {
      type: 'object',
      description: 'One database',
      properties: {
        name: { type: 'string', description: 'Name' },
        owner: { type: 'string', description: 'Role that owns it', dataClass: 'account-identifier' },
        template: { type: 'boolean', description: 'Everyone who may make databases may copy it' },
        connectable: { type: 'boolean', description: 'Admits connections' },
        connectionLimit: {
          type: 'integer',
          description: 'Sessions at a time; -1: no limit, -2: broken off while it was dropped',
        },
        encoding: { type: 'string', description: 'Encoding of its text, such as UTF8' },
      },
    },
  },
} as const satisfies FactDefinition;

export type Databases = FactOf<typeof databases.schema>;
