import type { FactDefinition, FactOf } from '../../model/index.ts';

/** What a server hands out for taking a session up again. */
export const tickets = {
  name: 'tls.tickets',
  subject: 'tls-endpoint',
  schema: {
    type: 'object',
    description: 'What the server hands its clients for taking a session up again',
    properties: {
      handshakes: {
        type: 'array',
        description:
          'Each version with a handshake completed by assay: TLS 1.3, and the highest accepted version before it',
        itemKey: ['version'],
        items: {
          type: 'object',
          description:
            'One completed handshake, without a client certificate, closed at once and without data',
          properties: {
            version: { type: 'string', description: 'Protocol version' },
            tickets: {
              type: 'integer',
              description: 'Session tickets that came before the connection was closed, at most 16',
            },
            lifetimeSeconds: {
              type: 'integer',
              presence: 'optional',
              description:
                'Longest lifetime that a ticket states, a hint before TLS 1.3; absent without a ticket',
            },
            ticketBytes: {
              type: 'integer',
              presence: 'optional',
              description: 'Length of the first ticket; absent without a ticket',
            },
            keyName: {
              type: 'string',
              presence: 'optional',
              description:
                'First 16 bytes of the first ticket, hexadecimal: by convention (RFC 5077 section 4) the name of the key it is sealed with; absent without a ticket of so many bytes',
            },
            sameKeyName: {
              type: 'boolean',
              presence: 'optional',
              description:
                'Whether all tickets of the handshake begin with the same 16 bytes; absent with fewer than two tickets of so many bytes',
            },
            earlyDataBytes: {
              type: 'integer',
              description:
                'Bytes of early data (0-RTT) that the server allows with a ticket, the most of all tickets; 0: none',
            },
            sessionId: {
              type: 'boolean',
              description: 'Whether the server gave a session id to come back with; always false in TLS 1.3',
            },
          },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Tickets = FactOf<typeof tickets.schema>;
