import type { FactDefinition, FactOf } from '../../model/index.ts';

/** Where a request in the clear ends. */
export const redirectOutcomes = ['closed', 'https', 'https-elsewhere', 'error', 'clear', 'served'] as const;
export type RedirectOutcome = (typeof redirectOutcomes)[number];

/** What plain HTTP answers beside an https endpoint. */
export const redirects = {
  name: 'http.redirects',
  subject: 'http-api',
  schema: {
    type: 'object',
    description:
      'What plain HTTP answers to a GET of each declared path, at the same address and for the same host',
    properties: {
      port: {
        type: 'integer',
        presence: 'optional',
        description: 'Port that was asked in the clear; absent where none is declared',
      },
      paths: {
        type: 'array',
        description: 'Each declared path; none where no port of plain HTTP is declared',
        itemKey: ['path'],
        items: {
          type: 'object',
          description: 'One path',
          properties: {
            path: { type: 'string', description: 'Path as declared' },
            outcome: {
              type: 'string',
              enum: redirectOutcomes,
              presence: 'if-seen',
              description:
                'closed: the machine refuses connections to the port, while the https port answers. https: redirected to https of the same host, and not back. https-elsewhere: redirected to https of another host. error: a status of 400 or above. clear: redirected, but to another URL in the clear, back into the clear, or more than five times. served: any other answer',
            },
            hops: {
              type: 'array',
              description: 'The requests made, following redirects within the host and its two ports',
              itemKey: ['asked'],
              items: {
                type: 'object',
                description: 'One request',
                properties: {
                  asked: { type: 'string', description: 'Scheme, host, port and path asked for' },
                  status: { type: 'integer', description: 'Status code of the answer' },
                  to: {
                    type: 'string',
                    presence: 'optional',
                    description: 'Scheme, host, port and path of Location; absent where it leads nowhere',
                  },
                  inClear: { type: 'boolean', description: 'Whether it was asked without TLS' },
                  setsCookie: { type: 'boolean', description: 'Whether the answer sets a cookie' },
                },
              },
            },
          },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Redirects = FactOf<typeof redirects.schema>;
