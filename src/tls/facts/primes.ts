import type { FactDefinition, FactOf } from '../../model/index.ts';

/** The primes of finite-field Diffie-Hellman that an endpoint uses before TLS 1.3. */
export const primes = {
  name: 'tls.primes',
  subject: 'tls-endpoint',
  schema: {
    type: 'object',
    description: 'Parameters of DHE suites before TLS 1.3; TLS 1.3 knows named groups only (tls.groups)',
    properties: {
      primes: {
        type: 'array',
        description: 'Each distinct prime that the server sent',
        itemKey: ['bits', 'name'],
        items: {
          type: 'object',
          description: 'One prime',
          properties: {
            bits: { type: 'integer', description: 'Size of the prime' },
            name: {
              type: 'string',
              description: 'The RFC or product that it is known from; "(own)" where it is not known',
            },
            named: { type: 'boolean', description: 'Whether it is known from an RFC or a product' },
            safe: {
              type: 'boolean',
              presence: 'if-seen',
              description:
                'Whether (p - 1) / 2 is prime too, by Miller-Rabin, not tested above 4096 bits; of a known prime as it is known',
            },
            generator: { type: 'string', description: 'The generator, hexadecimal' },
            degenerate: {
              type: 'boolean',
              description:
                'Whether a generator or a public key was sent with it that is 0, 1, p - 1 or no number below p',
            },
            sha256: { type: 'string', description: 'SHA-256 of the prime, hexadecimal' },
            suites: {
              type: 'array',
              description: 'Where it was sent',
              items: { type: 'string', description: 'Version and suite' },
            },
          },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Primes = FactOf<typeof primes.schema>;
