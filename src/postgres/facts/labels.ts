import type { FactDefinition, FactOf } from '../../model/index.ts';

export const labels = {
  name: 'postgres.labels',
  subject: 'postgres-server',
  schema: {
    type: 'array',
    description:
      'Things in databases that admit connections which carry a security label (SECURITY LABEL); never its text',
    itemKey: ['database', 'provider', 'kind', 'object'],
    items: {
      type: 'object',
      description: 'One label',
      properties: {
        database: { type: 'string', description: 'Database' },
        provider: { type: 'string', description: 'Module that gives the label a meaning' },
        kind: { type: 'string', description: 'Kind of thing: table, table column, function …' },
        object: { type: 'string', description: 'The thing, as pg_identify_object names it' },
      },
    },
  },
} as const satisfies FactDefinition;

export type Labels = FactOf<typeof labels.schema>;
