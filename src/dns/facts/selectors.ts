import type { FactDefinition, FactOf } from '../../model/index.ts';
import { dkimStatuses } from '../dkim-key.ts';

/** The keys of a domain's DKIM selectors, as far as they were declared. */
export const selectors = {
  name: 'dns.selectors',
  subject: 'dns-zone',
  schema: {
    type: 'array',
    description: 'Declared DKIM selectors; empty only where the domain is declared to send no mail',
    itemKey: ['selector'],
    items: {
      type: 'object',
      description: 'One selector',
      properties: {
        selector: { type: 'string', description: 'Its name, as in s=' },
        name: { type: 'string', description: 'Where its key is published' },
        status: {
          type: 'string',
          enum: dkimStatuses,
          presence: 'if-seen',
          description: 'revoked: p= is empty. several: more than one record, which verifiers cannot use',
        },
        problem: { type: 'string', presence: 'optional', description: 'Why it is invalid' },
        keyType: {
          type: 'string',
          enum: ['rsa', 'ed25519', 'none'],
          presence: 'if-seen',
          description: 'Kind of key; none without a usable one',
        },
        keyBits: {
          type: 'integer',
          presence: 'if-seen',
          description: 'Size of the RSA modulus; 256 for Ed25519, 0 without a usable key',
        },
        sha256: { type: 'boolean', presence: 'if-seen', description: 'h= is absent or holds sha256' },
        testing: {
          type: 'boolean',
          presence: 'if-seen',
          description: 't=y: receivers treat its mail as unsigned',
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Selectors = FactOf<typeof selectors.schema>;
