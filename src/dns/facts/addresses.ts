import type { FactDefinition, FactOf } from '../../model/index.ts';
import { addressScopes } from '../address-block.ts';

/** Where names lead. */
export const addresses = {
  name: 'dns.addresses',
  subject: 'dns-zone',
  schema: {
    type: 'array',
    description:
      'Addresses of the zone, of its name and mail servers inside it, and of each declared name: a zone cannot be listed',
    itemKey: ['name'],
    items: {
      type: 'object',
      description: 'One name',
      properties: {
        name: { type: 'string', description: 'The name' },
        addresses: {
          type: 'array',
          presence: 'if-seen',
          description: 'Its A and AAAA records, aliases followed; empty: it has none',
          itemKey: ['address'],
          items: {
            type: 'object',
            description: 'One address',
            properties: {
              address: { type: 'string', description: 'IP address' },
              scope: {
                type: 'string',
                enum: addressScopes,
                description:
                  'Kind of block (RFC 6890); private: RFC 1918 and RFC 4193; shared: RFC 6598; an IPv4 address inside one of version 6 counts as itself',
              },
            },
          },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Addresses = FactOf<typeof addresses.schema>;
