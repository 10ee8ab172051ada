import type { FactDefinition, FactOf } from '../../model/index.ts';

export const certificates = {
  name: 'scope.certificates',
  subject: 'organisation',
  schema: {
    type: 'object',
    description: 'the register of certificates against those that the TLS endpoints presented as their own',
    properties: {
      registerAgeDays: {
        type: 'integer',
        description: 'days from the date of the register to the scan',
      },
      certificates: {
        type: 'array',
        description: 'every certificate that the register names or an endpoint presented',
        itemKey: ['sha256'],
        items: {
          type: 'object',
          description: 'one certificate',
          properties: {
            sha256: { type: 'string', description: 'digest of the certificate, 64 hex digits' },
            subject: { type: 'string', description: 'whom it names', presence: 'optional' },
            declared: { type: 'boolean', description: 'whether the register names it' },
            endpoints: {
              type: 'array',
              description: 'subjects that presented it; none: it was not met',
              items: { type: 'string', description: 'id of a subject' },
            },
          },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Certificates = FactOf<typeof certificates.schema>;
