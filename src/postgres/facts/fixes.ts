import type { FactDefinition, FactOf } from '../../model/index.ts';

export const fixes = {
  name: 'postgres.fixes',
  subject: 'postgres-server',
  schema: {
    type: 'array',
    description:
      'Minor releases of the server’s major version that fixed a vulnerability, the latest ones that the dated table has',
    itemKey: ['minor'],
    items: {
      type: 'object',
      description: 'One minor release',
      properties: {
        minor: { type: 'integer', description: 'Minor release' },
        published: { type: 'string', format: 'date-time', description: 'The day of the advisory' },
        vulnerability: { type: 'string', description: 'One of the vulnerabilities that it fixed' },
      },
    },
  },
} as const satisfies FactDefinition;

export type Fixes = FactOf<typeof fixes.schema>;
