import type { FactDefinition, FactOf } from '../../model/index.ts';

export const release = {
  name: 'postgres.release',
  subject: 'postgres-server',
  schema: {
    type: 'object',
    description: 'The server’s release, held against the dated table of releases that assay has',
    properties: {
      major: { type: 'integer', description: 'Major version' },
      minor: { type: 'integer', description: 'Minor release of it, as the server says' },
      tableDate: { type: 'string', format: 'date-time', description: 'The day of the table' },
      endOfLife: {
        type: 'string',
        format: 'date-time',
        description:
          'The day of the last release of this major version; absent: it is younger than the table, or the day is yet to come by a table of more than 90 days ago',
        presence: 'if-seen',
      },
    },
  },
} as const satisfies FactDefinition;

export type Release = FactOf<typeof release.schema>;
