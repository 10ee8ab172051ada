import type { FactDefinition, FactOf } from '../../model/index.ts';
import { answers } from '../challenge.ts';

export const challenges = {
  name: 'postgres.challenges',
  subject: 'postgres-server',
  schema: {
    type: 'object',
    description:
      'What the server asks of a client that wants to log in, tried from here without any credential and given up at the answer',
    properties: {
      attempts: {
        type: 'array',
        description: 'One connection each: a role, a database or replication, and a channel',
        itemKey: ['attempt'],
        items: {
          type: 'object',
          description: 'One connection',
          properties: {
            attempt: {
              type: 'string',
              description: 'Who, to what, and over which channel',
              dataClass: 'account-identifier',
            },
            user: { type: 'string', description: 'Role', dataClass: 'account-identifier' },
            database: {
              type: 'string',
              description: 'Database; absent for replication',
              presence: 'optional',
            },
            replication: { type: 'boolean', description: 'Asks for physical replication' },
            channel: {
              type: 'string',
              enum: ['socket', 'plaintext', 'tls'],
              description: 'The socket, or TCP as it is, or with TLS',
            },
            answer: {
              type: 'string',
              enum: answers,
              description:
                'let-in: nothing more is asked. password: in clear text. md5: its MD5 hash. scram, oauth, sasl: by such a mechanism. gss, sspi, kerberos: by a ticket. refused: by a rule, for want of a rule or of a certificate, or because others did not vouch',
            },
            mechanisms: {
              type: 'array',
              description: 'SASL mechanisms that the server offers',
              items: { type: 'string', description: 'Name' },
            },
            declared: {
              type: 'array',
              description: 'The answers that the rules lead to for our address',
              items: { type: 'string', enum: answers, description: 'Answer' },
              presence: 'if-seen',
            },
            rules: {
              type: 'array',
              description: 'The rules that may decide it; empty: none does, and it is refused',
              items: { type: 'string', description: 'The rule in one line', dataClass: 'account-identifier' },
              presence: 'if-seen',
            },
            asDeclared: {
              type: 'boolean',
              description: 'The answer is one of those declared',
              presence: 'if-seen',
            },
          },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Challenges = FactOf<typeof challenges.schema>;
