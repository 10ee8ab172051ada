import type { FactDefinition, FactOf } from '../../model/index.ts';

/** Whether an endpoint notices that somebody pushed its client down to an older version. */
export const fallback = {
  name: 'tls.fallback',
  subject: 'tls-endpoint',
  schema: {
    type: 'object',
    description: 'Protections against a downgrade of the version',
    properties: {
      protections: {
        type: 'array',
        description:
          'The fallback signal in each version before TLS 1.3 that is not the highest of them, and where TLS 1.3 is accepted the sentinel in each version before it',
        itemKey: ['version', 'protection'],
        items: {
          type: 'object',
          description: 'One protection in one version',
          properties: {
            version: { type: 'string', description: 'Protocol version asked for' },
            protection: {
              type: 'string',
              enum: ['TLS_FALLBACK_SCSV', 'downgrade sentinel'],
              description: 'RFC 7507; RFC 8446 section 4.1.3',
            },
            works: {
              type: 'boolean',
              description:
                'TLS_FALLBACK_SCSV: the hello that carried it was refused with inappropriate_fallback, or otherwise twice between two hellos without it that were accepted. Sentinel: the random of every ServerHello ended with it',
            },
          },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Fallback = FactOf<typeof fallback.schema>;
