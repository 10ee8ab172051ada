import type { FactDefinition, FactOf } from '../../model/index.ts';

/** Whether an endpoint compresses what it encrypts. */
export const compression = {
  name: 'tls.compression',
  subject: 'tls-endpoint',
  schema: {
    type: 'object',
    description: 'Compression method that the server picked where DEFLATE was offered; TLS 1.3 has none',
    properties: {
      versions: {
        type: 'array',
        description: 'Each accepted version before TLS 1.3',
        itemKey: ['version'],
        items: {
          type: 'object',
          description: 'One version',
          properties: {
            version: { type: 'string', description: 'Protocol version' },
            method: {
              type: 'string',
              description: 'null, DEFLATE (RFC 3749), LZS (RFC 3943), or the number (0x41) of another',
            },
          },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Compression = FactOf<typeof compression.schema>;
