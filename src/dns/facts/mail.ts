import type { FactDefinition, FactOf } from '../../model/index.ts';
import { dmarcPolicies } from '../dmarc.ts';

/** What a domain publishes about who sends mail in its name. */
export const mail = {
  name: 'dns.mail',
  subject: 'dns-zone',
  schema: {
    type: 'object',
    description: 'What the domain publishes about mail in its name',
    properties: {
      domain: { type: 'string', description: 'The domain' },
      isMailDomain: {
        type: 'boolean',
        presence: 'if-seen',
        description: 'As declared under dns: mail:; else whether it has mail servers (MX, not the null MX)',
      },
      notFollowed: {
        type: 'array',
        description: 'Parts of the SPF record that could not be followed; empty where all were',
        items: { type: 'string', description: 'What, and why not' },
      },
      spf: {
        type: 'object',
        description: 'Its SPF record, followed whole as RFC 7208 has it',
        properties: {
          records: {
            type: 'integer',
            presence: 'if-seen',
            description: 'TXT records that begin with v=spf1',
          },
          status: {
            type: 'string',
            enum: ['none', 'several', 'permerror', 'valid'],
            presence: 'if-seen',
            description:
              'permerror: a receiver that follows it to the end gives up (syntax, look-ups, an include without a record, a loop). Absent: it could not be followed whole',
          },
          problem: { type: 'string', presence: 'optional', description: 'Why it is a permerror' },
          lookups: {
            type: 'integer',
            presence: 'if-seen',
            description: 'Terms that cost a look-up, over all included records; counted as far as 20',
          },
          voidLookups: {
            type: 'integer',
            presence: 'if-seen',
            description:
              'Of these, names that do not exist or have no such record; names that depend on the message are not asked for',
          },
          ending: {
            type: 'string',
            enum: ['-all', '~all', '?all', '+all', 'none'],
            presence: 'if-seen',
            description: 'What it says of a sender that nothing else matches, redirect= followed',
          },
          passesEveryone: {
            type: 'boolean',
            presence: 'if-seen',
            description: 'Some term, an included +all or a network of length 0 too, lets every sender pass',
          },
          noSender: { type: 'boolean', description: 'The record is "v=spf1 -all" and nothing else' },
        },
      },
      dmarc: {
        type: 'object',
        description: 'The DMARC record in force',
        properties: {
          status: {
            type: 'string',
            enum: ['none', 'several', 'invalid', 'valid'],
            presence: 'if-seen',
            description: 'valid: receivers have a policy',
          },
          foundAt: {
            type: 'string',
            presence: 'optional',
            description:
              'Domain whose record is in force: its own, or that of the organisational domain (found by walking up the tree; absent without one)',
          },
          policy: {
            type: 'string',
            enum: dmarcPolicies,
            presence: 'if-seen',
            description: 'p= of its own record, or what an inherited one says of subdomains',
          },
          subdomainPolicy: {
            type: 'string',
            enum: dmarcPolicies,
            presence: 'if-seen',
            description: 'The weaker of sp= and np=; as p= where they are absent',
          },
          subdomainsWeaker: {
            type: 'boolean',
            presence: 'if-seen',
            description: 'subdomainPolicy is weaker than policy; false without a policy',
          },
          percent: {
            type: 'integer',
            presence: 'if-seen',
            description:
              'pct=: share of failing mail that the policy applies to; 100 where absent, 0 without a policy',
          },
          testing: {
            type: 'boolean',
            presence: 'if-seen',
            description: 't=y: the policy is not to be applied',
          },
          aggregateReports: {
            type: 'array',
            presence: 'if-seen',
            description: 'Addresses that aggregate reports are sent to (rua=)',
            items: { type: 'string', description: 'Mail address' },
          },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Mail = FactOf<typeof mail.schema>;
