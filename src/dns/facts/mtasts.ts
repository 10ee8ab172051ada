import type { FactDefinition, FactOf } from '../../model/index.ts';
import { policyModes } from '../mta-sts.ts';

/** How mail on its way to a domain is protected. */
export const mtasts = {
  name: 'dns.mtasts',
  subject: 'dns-zone',
  schema: {
    type: 'object',
    description: 'What senders are told about TLS towards the mail servers of the domain',
    properties: {
      domain: { type: 'string', description: 'The domain' },
      mode: {
        type: 'string',
        enum: policyModes,
        presence: 'if-seen',
        description:
          'Mode of the MTA-STS policy. absent: no TXT record announces one. unusable: one is announced and senders cannot use it',
      },
      problem: { type: 'string', presence: 'optional', description: 'Why it is unusable' },
      maxAgeSeconds: {
        type: 'integer',
        presence: 'if-seen',
        description: 'How long senders keep the policy; 0 without one',
      },
      hosts: {
        type: 'array',
        description:
          'Mail servers: targets of MX, or the domain itself where it is declared a mail domain and has none; none for the null MX',
        itemKey: ['host'],
        items: {
          type: 'object',
          description: 'One mail server',
          properties: {
            host: { type: 'string', description: 'Its name' },
            protection: {
              type: 'string',
              enum: ['dane', 'mta-sts', 'none'],
              presence: 'if-seen',
              description:
                'dane: TLSA records with usage 2 or 3, and the resolver validated them, the addresses and MX by DNSSEC. mta-sts: a policy in mode enforce names the host',
            },
            policyAgeSeconds: {
              type: 'integer',
              presence: 'if-seen',
              description: 'maxAgeSeconds of the policy that protects it; 0 where none does',
            },
            tlsaRecords: { type: 'integer', presence: 'if-seen', description: 'TLSA records for port 25' },
          },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Mtasts = FactOf<typeof mtasts.schema>;
