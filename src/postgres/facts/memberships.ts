import type { FactDefinition, FactOf } from '../../model/index.ts';

export const memberships = {
  name: 'postgres.memberships',
  subject: 'postgres-server',
  schema: {
    type: 'array',
    description: 'Which role was made a member of which, each grant by itself (pg_auth_members)',
    itemKey: ['member', 'granted', 'grantor'],
    items: {
      type: 'object',
      description: 'One grant',
      properties: {
        member: { type: 'string', description: 'Who is a member', dataClass: 'account-identifier' },
        granted: { type: 'string', description: 'Of which role', dataClass: 'account-identifier' },
        grantor: {
          type: 'string',
          description: 'Who granted it; empty: a role that is no more, which PostgreSQL before 16 can leave',
          dataClass: 'account-identifier',
        },
        admin: { type: 'boolean', description: 'The member may grant it to others (ADMIN OPTION)' },
        inherit: {
          type: 'boolean',
          description: 'The member has its privileges; before PostgreSQL 16 the member’s own attribute',
        },
        set: {
          type: 'boolean',
          description: 'The member may SET ROLE to it; always so before PostgreSQL 16',
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Memberships = FactOf<typeof memberships.schema>;
