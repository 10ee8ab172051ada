import type { FactDefinition, FactOf } from '../../model/index.ts';

/** Whether a server takes sessions up again. */
export const resumption = {
  name: 'tls.resumption',
  subject: 'tls-endpoint',
  schema: {
    type: 'object',
    description: 'Whether the server takes a session up again, each way tried once right after the session',
    properties: {
      attempts: {
        type: 'array',
        description: 'Each way in which a session could be taken up again',
        itemKey: ['version', 'by'],
        items: {
          type: 'object',
          description: 'One way, in one version',
          properties: {
            version: { type: 'string', description: 'Protocol version' },
            by: {
              type: 'string',
              enum: ['id', 'ticket'],
              description: 'id: by the session id (before TLS 1.3). ticket: by a ticket; in TLS 1.3 as a PSK',
            },
            offered: {
              type: 'boolean',
              description: 'Whether the server gave anything to come back with in this way',
            },
            resumed: {
              type: 'boolean',
              description:
                'Whether it took the session up; false where nothing was offered. Several servers behind one address may know nothing of the sessions of each other',
            },
          },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Resumption = FactOf<typeof resumption.schema>;
