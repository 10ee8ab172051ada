import type { FactDefinition, FactOf } from '../../model/index.ts';

export const passwordMethods = ['none', 'scram-sha-256', 'md5', 'unknown'] as const;

export const passwords = {
  name: 'postgres.passwords',
  subject: 'postgres-server',
  schema: {
    type: 'array',
    description: 'Which kind of password verifier each role that may log in has; never the verifier',
    itemKey: ['role'],
    items: {
      type: 'object',
      description: 'One role',
      properties: {
        role: { type: 'string', description: 'Name', dataClass: 'account-identifier' },
        method: { type: 'string', description: 'Kind of the stored verifier', enum: passwordMethods },
        iterations: {
          type: 'integer',
          description: 'SCRAM iterations; absent for other kinds',
          presence: 'optional',
        },
        equalsName: {
          type: 'boolean',
          description: 'The password is the role’s name; only an MD5 verifier tells',
          presence: 'optional',
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Passwords = FactOf<typeof passwords.schema>;
