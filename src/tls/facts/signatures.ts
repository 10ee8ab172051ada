import type { FactDefinition, FactOf } from '../../model/index.ts';

/** With which signature schemes a server proves its key in the handshake. */
export const signatures = {
  name: 'tls.signatures',
  subject: 'tls-endpoint',
  schema: {
    type: 'object',
    description: 'Signature schemes that the server uses in the handshake (not those on its certificates)',
    properties: {
      accepted: {
        type: 'array',
        description: 'Each scheme of TLS 1.2 and TLS 1.3; earlier versions leave no choice',
        itemKey: ['version', 'scheme'],
        items: {
          type: 'object',
          description: 'One scheme in one version',
          properties: {
            version: { type: 'string', description: 'Protocol version' },
            scheme: {
              type: 'string',
              description: 'Registered name, or the number (0x1a2a) where there is none',
            },
            code: { type: 'string', description: 'Number on the wire: 0x0804' },
            seen: {
              type: 'string',
              enum: ['signed', 'went on'],
              description:
                'signed: the ServerKeyExchange is signed with it. went on: TLS 1.3 went on with an encrypted flight where it was the only one offered, and refuses where none fits',
            },
          },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Signatures = FactOf<typeof signatures.schema>;
