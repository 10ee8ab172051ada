import type { FactDefinition, FactOf } from '../../model/index.ts';

/** What the head of each answer over TLS says. */
export const headers = {
  name: 'http.headers',
  subject: 'http-api',
  schema: {
    type: 'object',
    description: 'What the answers over TLS say in their header fields',
    properties: {
      responses: {
        type: 'array',
        description: 'The answer to a GET of each declared path, without following redirects',
        itemKey: ['path'],
        items: {
          type: 'object',
          description: 'One answer',
          properties: {
            path: { type: 'string', description: 'Path as declared' },
            status: { type: 'integer', presence: 'if-seen', description: 'Status code' },
            strictTransportSecurity: {
              type: 'object',
              presence: 'if-seen',
              description: 'What a browser makes of Strict-Transport-Security (RFC 6797)',
              properties: {
                fields: {
                  type: 'integer',
                  description: 'Header fields of that name; only the first counts (section 8.1)',
                },
                heeded: {
                  type: 'boolean',
                  description: 'Whether there is one, and the first is well formed',
                },
                problem: {
                  type: 'string',
                  presence: 'optional',
                  description: 'Why it is not heeded; absent where it is',
                },
                maxAgeSeconds: {
                  type: 'integer',
                  description: 'For how long a browser keeps to TLS; 0 where none is heeded',
                },
                includeSubDomains: { type: 'boolean', description: 'Whether it holds for subdomains too' },
                preload: { type: 'boolean', description: 'Whether it asks to be in preload lists' },
              },
            },
          },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Headers = FactOf<typeof headers.schema>;
