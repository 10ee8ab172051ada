import type { FactDefinition, FactOf } from '../../model/index.ts';
import { keyTypes } from '../../x509/public-key.ts';
import { certificateIdentity } from './certificate-identity.ts';

/** The public keys that a server presents as its own. */
export const keys = {
  name: 'tls.keys',
  subject: 'tls-endpoint',
  schema: {
    type: 'object',
    description: "Public keys of the certificates presented as the server's own",
    properties: {
      certificates: {
        type: 'array',
        description: 'Each distinct certificate that was sent first in a chain',
        itemKey: ['subject', 'serial'],
        items: {
          type: 'object',
          description: 'One certificate',
          properties: {
            ...certificateIdentity,
            host: { type: 'string', description: 'Name or address that the target was asked for under' },
            keyType: {
              type: 'string',
              enum: keyTypes,
              description: 'Kind of its public key, as tls.chain has it',
            },
            spkiSha256: { type: 'string', description: 'SHA-256 of SubjectPublicKeyInfo, hexadecimal' },
            modulus: {
              type: 'string',
              presence: 'if-seen',
              description:
                'Modulus of an RSA key, hexadecimal; absent for a key of another kind, or one that cannot be read',
            },
          },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Keys = FactOf<typeof keys.schema>;
