import { type FactDefinition, type FactOf, starttlsProtocols } from '../../model/index.ts';

/** How TLS begins at an endpoint where something else is spoken first, and what is offered before it. */
export const upgrades = {
  name: 'tls.upgrades',
  subject: 'tls-endpoint',
  schema: {
    type: 'object',
    description: 'The upgrade to TLS, where the URL of the target is starttls+<protocol>://',
    properties: {
      protocol: { type: 'string', enum: starttlsProtocols, description: 'What is spoken before TLS' },
      answer: {
        type: 'string',
        enum: ['upgraded', 'refused'],
        description: 'What the server answered when it was asked to begin TLS',
      },
      code: { type: 'string', description: 'That answer, as the protocol codes it, such as 220 or NO' },
      announced: {
        type: 'boolean',
        presence: 'if-seen',
        description:
          'Whether the server announced the upgrade: a client that waits for the announcement begins no TLS without it. Absent where the protocol announces nothing',
      },
      login: {
        type: 'string',
        enum: ['none', 'offered'],
        presence: 'if-seen',
        description:
          'Whether the server offered a way to log in before TLS. Absent where the protocol announces none, or the server did not list them',
      },
      logins: {
        type: 'string',
        presence: 'optional',
        description:
          'The ways that were offered, where there were: SASL mechanisms, and commands such as USER and LOGIN, separated by blanks',
      },
    },
  },
} as const satisfies FactDefinition;

export type Upgrades = FactOf<typeof upgrades.schema>;
