import type { FactDefinition, FactOf } from '../../model/index.ts';

/** Whether a server asks its clients for a certificate. */
export const clients = {
  name: 'tls.clients',
  subject: 'tls-endpoint',
  schema: {
    type: 'object',
    description: 'Whether the server asks its clients for a certificate, and what it does to one without',
    properties: {
      handshakes: {
        type: 'array',
        description:
          'Each version with a handshake made without a client certificate: TLS 1.3, and the highest accepted version before it',
        itemKey: ['version'],
        items: {
          type: 'object',
          description: 'One handshake without a client certificate',
          properties: {
            version: { type: 'string', description: 'Protocol version' },
            certificate: {
              type: 'string',
              enum: ['required', 'optional', 'not-asked'],
              description:
                'required: asked for, and the handshake, or in TLS 1.3 the connection right after it, was refused with an alert without one. optional: asked for, and the handshake completes without one. not-asked: the handshake asks for none',
            },
            refusedWithout: {
              type: 'boolean',
              presence: 'if-seen',
              description:
                'Whether a client without a certificate gets no connection; absent where one was asked for and the handshake completes without it, as the application may still refuse him (nginx does)',
            },
            authorities: {
              type: 'array',
              description: 'Subjects of the CAs that the server names as acceptable, at most 64',
              items: { type: 'string', description: 'RFC 4514 text' },
            },
            authoritiesTotal: {
              type: 'integer',
              description: 'How many it names; 0: any, or none asked for',
            },
          },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Clients = FactOf<typeof clients.schema>;
