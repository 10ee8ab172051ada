import type { FactDefinition, FactOf } from '../../model/index.ts';

export const overrides = {
  name: 'postgres.overrides',
  subject: 'postgres-server',
  schema: {
    type: 'array',
    description: 'What ALTER ROLE … SET and ALTER DATABASE … SET give sessions instead of the server’s value',
    itemKey: ['setting', 'scope'],
    items: {
      type: 'object',
      description: 'One setting of one role, one database, or one role in one database',
      properties: {
        setting: { type: 'string', description: 'Name of the setting' },
        scope: {
          type: 'string',
          description:
            'Who it is for, in words: every role, role app, database clinic, role app in database clinic',
          dataClass: 'account-identifier',
        },
        role: { type: 'string', description: 'Role; empty: every one', dataClass: 'account-identifier' },
        database: { type: 'string', description: 'Database; empty: every one' },
        value: {
          type: 'string',
          description: 'As it was written; absent: its text could hold a secret, so it stays on the server',
          presence: 'optional',
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Overrides = FactOf<typeof overrides.schema>;
