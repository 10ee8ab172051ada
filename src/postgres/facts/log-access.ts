import type { FactDefinition, FactOf } from '../../model/index.ts';

export const logAccess = {
  name: 'postgres.logAccess',
  subject: 'postgres-server',
  schema: {
    type: 'array',
    description:
      'Who can reach the files of the server’s log through the server: each role that may log in, or public, and each ' +
      'way that it has',
    itemKey: ['role', 'way'],
    items: {
      type: 'object',
      description: 'One role and one way',
      properties: {
        role: {
          type: 'string',
          description: 'Role that may log in; public: every role',
          dataClass: 'account-identifier',
        },
        way: {
          type: 'string',
          description:
            'superuser; a predefined role; base backup, for REPLICATION where the log lies in the data directory; a ' +
            'function or a foreign table with its database',
        },
        through: {
          type: 'string',
          description:
            'Role that has it: itself, or one that it can take up by inheritance, SET ROLE or ADMIN OPTION',
          dataClass: 'account-identifier',
        },
        reads: { type: 'boolean', description: 'It shows what stands in files of the log' },
        alters: { type: 'boolean', description: 'It overwrites, removes or rotates them' },
      },
    },
  },
} as const satisfies FactDefinition;

export type LogAccess = FactOf<typeof logAccess.schema>;
