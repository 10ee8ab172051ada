import type { FactDefinition, FactOf } from '../../model/index.ts';

export const languages = {
  name: 'postgres.languages',
  subject: 'postgres-server',
  schema: {
    type: 'array',
    description: 'Languages of every database that functions are written in, SQL and C apart',
    itemKey: ['database', 'name'],
    items: {
      type: 'object',
      description: 'One language in one database',
      properties: {
        database: { type: 'string', description: 'Database' },
        name: { type: 'string', description: 'Name' },
        trusted: {
          type: 'boolean',
          description:
            'Its functions reach nothing that the role may not; of others only superusers make functions',
        },
        owner: { type: 'string', description: 'Owner', dataClass: 'account-identifier' },
        publicUsage: { type: 'boolean', description: 'PUBLIC has USAGE on it' },
      },
    },
  },
} as const satisfies FactDefinition;

export type Languages = FactOf<typeof languages.schema>;
