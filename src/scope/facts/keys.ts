import type { FactDefinition, FactOf } from '../../model/index.ts';

export const keys = {
  name: 'scope.keys',
  subject: 'organisation',
  schema: {
    type: 'object',
    description: 'the public keys that the TLS endpoints presented as their own, held against each other',
    properties: {
      keys: {
        type: 'array',
        description: 'every key that an endpoint presented',
        itemKey: ['spkiSha256'],
        items: {
          type: 'object',
          description: 'one key',
          properties: {
            spkiSha256: { type: 'string', description: 'SHA-256 of SubjectPublicKeyInfo, hexadecimal' },
            hosts: {
              type: 'array',
              description: 'names and addresses that its presenters were asked for under, each once',
              items: { type: 'string', description: 'name or address' },
            },
            endpoints: {
              type: 'array',
              description: 'subjects that presented it',
              items: { type: 'string', description: 'id of a subject' },
            },
            sharesFactor: {
              type: 'boolean',
              presence: 'if-seen',
              description:
                'whether the modulus of an RSA key has a factor in common with that of another key of the list; false for EC, Ed25519 and Ed448 keys, which have none; absent for a key of another kind, one that cannot be read, or one beyond the MiB of moduli that are compared',
            },
          },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Keys = FactOf<typeof keys.schema>;
