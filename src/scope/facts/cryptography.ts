import type { FactDefinition, FactOf } from '../../model/index.ts';

const parameterKinds = ['version', 'suite', 'group'] as const;

export const cryptography = {
  name: 'scope.cryptography',
  subject: 'organisation',
  schema: {
    type: 'object',
    description: 'the record of TLS versions, cipher suites and groups against what every endpoint accepts',
    properties: {
      registerAgeDays: {
        type: 'integer',
        description: 'days from the date of the record to the scan',
      },
      parameters: {
        type: 'array',
        description: 'everything that the record names or an endpoint accepts',
        itemKey: ['system', 'kind', 'name'],
        items: {
          type: 'object',
          description: 'one parameter of one system',
          properties: {
            system: { type: 'string', description: 'id of the target' },
            kind: { type: 'string', enum: parameterKinds, description: 'what it is' },
            name: {
              type: 'string',
              description: 'as in tls.versions, tls.suites and tls.groups, whichever version it is used in',
            },
            declared: { type: 'boolean', description: 'whether the record names it' },
            accepted: {
              type: 'boolean',
              presence: 'if-seen',
              description: 'whether the system accepts it, at any of its addresses',
            },
          },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Cryptography = FactOf<typeof cryptography.schema>;
