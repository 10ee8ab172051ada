import type { FactDefinition, FactOf } from '../../model/index.ts';
import { auditClasses } from '../classes.ts';

const count = (what: string) =>
  ({ type: 'integer', description: `Of them, those that tell ${what}` }) as const;

export const fields = {
  name: 'auditlog.fields',
  subject: 'log-store',
  schema: {
    type: 'object',
    description: 'What the audit entries of the window tell, counted over every one of them',
    properties: {
      classes: {
        type: 'array',
        itemKey: ['class'],
        description: 'Each class of audit entries of which there is one in the window',
        items: {
          type: 'object',
          description: 'One class; that an entry has a class tells the type of the event',
          properties: {
            class: {
              type: 'string',
              description:
                'log-in: a session was let in; denial: a privilege was missing; statement: log_statement or log_min_duration_statement wrote it; audit: pgaudit did',
              enum: auditClasses,
            },
            entries: { type: 'integer', description: 'Entries of the class' },
            actor: count('the user'),
            time: count('date and time in a zone that is known'),
            outcome: count('success or failure: by themselves, or by what follows in their numbered session'),
            origin: count('where the client was, [local] for a socket'),
            resource: count('the database'),
          },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Fields = FactOf<typeof fields.schema>;
