import type { FactDefinition, FactOf } from '../../model/index.ts';

/** Who may issue certificates for names. */
export const caa = {
  name: 'dns.caa',
  subject: 'dns-zone',
  schema: {
    type: 'array',
    description: 'The CAA record set that stands for the zone and for each declared name (RFC 8659)',
    itemKey: ['name'],
    items: {
      type: 'object',
      description: 'One name',
      properties: {
        name: { type: 'string', description: 'The name' },
        foundAt: {
          type: 'string',
          presence: 'optional',
          description: 'The name, or the nearest above it, that has CAA records; absent: none has',
        },
        restricted: {
          type: 'boolean',
          presence: 'if-seen',
          description: 'Whether an issue property limits who may issue; without one everybody may',
        },
        issuers: {
          type: 'array',
          presence: 'if-seen',
          description: 'Who may issue; empty where nobody may, or everybody',
          itemKey: ['tag', 'domain'],
          items: {
            type: 'object',
            description: 'One certification authority',
            properties: {
              tag: {
                type: 'string',
                enum: ['issue', 'issuewild'],
                description: 'issuewild: wildcards alone',
              },
              domain: { type: 'string', description: 'Its domain name' },
              allowed: {
                type: 'boolean',
                description: 'It is in the list declared under dns: issuers:, or there is no such list',
              },
            },
          },
        },
        contacts: {
          type: 'array',
          presence: 'if-seen',
          description: 'Where violations are to be told (iodef)',
          items: { type: 'string', description: 'URL' },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type CaaFact = FactOf<typeof caa.schema>;
