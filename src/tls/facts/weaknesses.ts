import type { FactDefinition, FactOf } from '../../model/index.ts';
import { rsaWeaknesses } from '../../x509/rsa-weakness.ts';
import { certificateIdentity } from './certificate-identity.ts';

/** What the public keys of a server's certificates tell of their private ones. */
export const weaknesses = {
  name: 'tls.weaknesses',
  subject: 'tls-endpoint',
  schema: {
    type: 'object',
    description:
      'Each key looked at by itself; factors that keys share, and lists of known keys, are not looked at',
    properties: {
      certificates: {
        type: 'array',
        description: 'Each distinct certificate sent, in whatever chain and place',
        itemKey: ['role', 'subject', 'serial'],
        items: {
          type: 'object',
          description: 'One certificate',
          properties: {
            role: {
              type: 'string',
              enum: ['leaf', 'intermediate', 'root'],
              description: 'Its place, as tls.chain has it',
            },
            ...certificateIdentity,
            spkiSha256: {
              type: 'string',
              description: 'SHA-256 of SubjectPublicKeyInfo, hexadecimal',
            },
            weaknesses: {
              type: 'array',
              presence: 'if-seen',
              description:
                'Weaknesses of an RSA key; none for EC, Ed25519 and Ed448 keys, which cannot have these; absent for a key of another kind, or one that cannot be read',
              items: {
                type: 'string',
                enum: rsaWeaknesses,
                description:
                  "roca: has the fingerprint of CVE-2017-15361. close-primes: Fermat's method finds the factors in 100 rounds. small-factor: a prime below 65536 divides the modulus. useless-exponent: the public exponent is even or 1",
              },
            },
          },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Weaknesses = FactOf<typeof weaknesses.schema>;
