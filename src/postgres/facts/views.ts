import type { FactDefinition, FactOf } from '../../model/index.ts';

export const views = {
  name: 'postgres.views',
  subject: 'postgres-server',
  schema: {
    type: 'array',
    description: 'Views of every database that admits connections, catalogs apart',
    itemKey: ['view'],
    items: {
      type: 'object',
      description: 'One view',
      properties: {
        view: { type: 'string', description: 'Database, schema and name' },
        materialized: { type: 'boolean', description: 'It holds a copy of the rows' },
        owner: {
          type: 'string',
          description: 'Role with whose rights it reads',
          dataClass: 'account-identifier',
        },
        securityInvoker: { type: 'boolean', description: 'It reads with the rights of whoever asks it' },
        securityBarrier: {
          type: 'boolean',
          description: 'Conditions of whoever asks it see no row that it leaves out',
        },
        rowSecurity: {
          type: 'boolean',
          description:
            'It reads a table with row security, or a partition or inherited child of one, also through views that read as whoever asks them',
        },
        bypasses: {
          type: 'boolean',
          description:
            'It reads such a table as a role that row security does not hold for, or a child that has none itself',
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Views = FactOf<typeof views.schema>;
