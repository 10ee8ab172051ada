import type { FactDefinition, FactOf } from '../../model/index.ts';

export const admissions = {
  name: 'postgres.admissions',
  subject: 'postgres-server',
  schema: {
    type: 'array',
    description:
      'For every role that may log in: what the client authentication rules let it do, first match first',
    itemKey: ['role'],
    items: {
      type: 'object',
      description: 'One role',
      properties: {
        role: { type: 'string', description: 'Name', dataClass: 'account-identifier' },
        superuser: { type: 'boolean', description: 'Bypasses every permission check' },
        remote: {
          type: 'boolean',
          description: 'Some rule lets it try to log in from an address that is not the server host’s own',
        },
        remoteUnencrypted: {
          type: 'boolean',
          description: 'Some rule lets it do so with neither TLS nor GSSAPI encryption',
        },
        rules: {
          type: 'array',
          description: 'The rules that let it in from elsewhere',
          items: { type: 'string', description: 'The rule in one line', dataClass: 'account-identifier' },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Admissions = FactOf<typeof admissions.schema>;
