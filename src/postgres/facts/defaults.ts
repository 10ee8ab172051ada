import type { FactDefinition, FactOf } from '../../model/index.ts';

export const defaultKinds = ['table', 'sequence', 'function', 'type', 'schema', 'large-object'] as const;

export const defaults = {
  name: 'postgres.defaults',
  subject: 'postgres-server',
  schema: {
    type: 'array',
    description:
      'How the privileges that objects to come will have differ from those that PostgreSQL itself gives (ALTER DEFAULT PRIVILEGES)',
    itemKey: ['database', 'maker', 'schema', 'kind', 'change', 'role'],
    items: {
      type: 'object',
      description: 'What one role gains or loses by default',
      properties: {
        database: { type: 'string', description: 'Database' },
        maker: {
          type: 'string',
          description: 'Role whose new objects they are for',
          dataClass: 'account-identifier',
        },
        schema: { type: 'string', description: 'Schema of those objects; empty: every schema' },
        kind: { type: 'string', description: 'Kind of object; views count as tables', enum: defaultKinds },
        change: {
          type: 'string',
          description: 'Whether it is granted, or taken from what PostgreSQL itself gives',
          enum: ['granted', 'revoked'],
        },
        role: {
          type: 'string',
          description: 'Role that gains or loses; public: every role',
          dataClass: 'account-identifier',
        },
        privileges: {
          type: 'array',
          description: 'What it gains or loses',
          items: { type: 'string', description: 'SELECT, EXECUTE, USAGE …' },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Defaults = FactOf<typeof defaults.schema>;
