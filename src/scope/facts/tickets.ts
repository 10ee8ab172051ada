import type { FactDefinition, FactOf } from '../../model/index.ts';

export const tickets = {
  name: 'scope.tickets',
  subject: 'organisation',
  schema: {
    type: 'object',
    description:
      'the names of ticket keys in bundles given with `--previous` against the session tickets that the TLS endpoints give now',
    properties: {
      keys: {
        type: 'array',
        description:
          'every name that a look more than seven days before brought of an endpoint that is still a target: the first 16 bytes of tickets (RFC 5077 section 4), where several that began alike showed that these bytes are a name',
        itemKey: ['endpoint', 'keyName'],
        items: {
          type: 'object',
          description: 'one name at one endpoint',
          properties: {
            endpoint: { type: 'string', description: 'id of a subject' },
            keyName: { type: 'string', description: 'the 16 bytes, hexadecimal' },
            lastSeen: {
              type: 'string',
              format: 'date-time',
              description: 'end of the last of those looks that brought it',
            },
            metAgain: {
              type: 'boolean',
              presence: 'if-seen',
              description:
                'whether a ticket of this scan begins with it; absent where the tickets were not all seen, or their first bytes are no names',
            },
          },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Tickets = FactOf<typeof tickets.schema>;
