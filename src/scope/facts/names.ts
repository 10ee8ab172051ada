import type { FactDefinition, FactOf } from '../../model/index.ts';

export const names = {
  name: 'scope.names',
  subject: 'organisation',
  schema: {
    type: 'array',
    description: 'every DNS name in a certificate that an endpoint presented as its own',
    itemKey: ['name'],
    items: {
      type: 'object',
      description: 'one name',
      properties: {
        name: { type: 'string', description: 'the name, lower case; a wildcard as it stands' },
        declared: {
          type: 'boolean',
          description: 'whether a target, the register of systems or what is out of scope names it',
        },
        endpoints: {
          type: 'array',
          description: 'subjects whose certificate names it',
          items: { type: 'string', description: 'id of a subject' },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Names = FactOf<typeof names.schema>;
