import type { FactDefinition, FactOf } from '../../model/index.ts';

/** Who hands the zone to strangers. */
export const transfer = {
  name: 'dns.transfer',
  subject: 'dns-zone',
  schema: {
    type: 'array',
    description: 'Each address of each authoritative server, asked for the whole zone once',
    itemKey: ['server', 'address'],
    items: {
      type: 'object',
      description: 'One address of one server',
      properties: {
        server: { type: 'string', description: 'Its name' },
        address: { type: 'string', description: 'IP address' },
        answer: {
          type: 'string',
          enum: ['refused', 'transferred'],
          presence: 'if-seen',
          description:
            'transferred: a record of the zone came, and nothing after it was read. refused: an error, an answer without records, or the end of the connection between two questions that were answered',
        },
        how: { type: 'string', description: 'What was answered' },
      },
    },
  },
} as const satisfies FactDefinition;

export type Transfer = FactOf<typeof transfer.schema>;
