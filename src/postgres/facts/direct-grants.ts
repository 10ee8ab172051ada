import type { FactDefinition, FactOf } from '../../model/index.ts';

export const grantKinds = [
  'relation',
  'column',
  'schema',
  'function',
  'type',
  'language',
  'foreign-data-wrapper',
  'foreign-server',
  'large-object',
  'database',
  'default',
] as const;

export const directGrants = {
  name: 'postgres.directGrants',
  subject: 'postgres-server',
  schema: {
    type: 'array',
    description:
      'What was granted to roles that may log in themselves, not to a role that they are members of, in every database that admits connections; objects of their own apart',
    itemKey: ['database', 'role', 'kind'],
    items: {
      type: 'object',
      description: 'What one role was granted on one kind of object',
      properties: {
        database: { type: 'string', description: 'Database' },
        role: { type: 'string', description: 'Role', dataClass: 'account-identifier' },
        kind: {
          type: 'string',
          description:
            'Kind of object, the database itself included; column: relations with columns that were granted; default: objects that are still to be made',
          enum: grantKinds,
        },
        objects: { type: 'integer', description: 'How many there are with a right of the role' },
      },
    },
  },
} as const satisfies FactDefinition;

export type DirectGrants = FactOf<typeof directGrants.schema>;
