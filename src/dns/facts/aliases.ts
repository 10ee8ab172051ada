import type { FactDefinition, FactOf } from '../../model/index.ts';

/** Where records point to other names. */
export const aliases = {
  name: 'dns.aliases',
  subject: 'dns-zone',
  schema: {
    type: 'array',
    description: 'Records of the zone and of the declared names that point to other names, and delegations',
    itemKey: ['name', 'type', 'target'],
    items: {
      type: 'object',
      description: 'One record, or one delegation as a whole',
      properties: {
        name: { type: 'string', description: 'Name that has the record' },
        type: { type: 'string', enum: ['CNAME', 'MX', 'NS', 'delegation'], description: 'Kind of record' },
        target: {
          type: 'string',
          description: 'What it points to; for a delegation, its name servers with blanks between',
        },
        state: {
          type: 'string',
          enum: ['present', 'missing', 'unanswered'],
          presence: 'if-seen',
          description:
            'missing: the target does not exist (NXDOMAIN). unanswered: every name server of the delegation was asked, and none answers for the zone',
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Aliases = FactOf<typeof aliases.schema>;
