import type { FactDefinition, FactOf } from '../../model/index.ts';

export const triggerKinds = ['event', 'table', 'constraint'] as const;
export const triggerStates = ['enabled', 'always', 'replica', 'disabled'] as const;

export const triggers = {
  name: 'postgres.triggers',
  subject: 'postgres-server',
  schema: {
    type: 'array',
    description:
      'Event triggers of every database that admits connections, and triggers of tables that do not fire for ordinary sessions',
    itemKey: ['trigger', 'kind', 'state'],
    items: {
      type: 'object',
      description: 'One trigger',
      properties: {
        trigger: {
          type: 'string',
          description: 'Database and name; for one of a table: database, schema, table and name',
        },
        kind: {
          type: 'string',
          description: 'What fires it; constraint: it carries out the constraint of that name',
          enum: triggerKinds,
        },
        state: {
          type: 'string',
          description: 'When it fires; enabled: not for replicated changes; replica: only for those',
          enum: triggerStates,
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Triggers = FactOf<typeof triggers.schema>;
