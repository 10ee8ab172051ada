import type { FactDefinition, FactOf } from '../../model/index.ts';

export const archiver = {
  name: 'postgres.archiver',
  subject: 'postgres-server',
  schema: {
    type: 'object',
    description: 'What the server says of handing its write-ahead log to the archive (pg_stat_archiver)',
    properties: {
      mode: {
        type: 'string',
        description: 'archive_mode; always: on a standby too',
        enum: ['off', 'on', 'always'],
      },
      configured: {
        type: 'boolean',
        description:
          'archive_command, other than one that does nothing, or archive_library is set; with neither, files stay where they are, and no failure is counted',
        presence: 'if-seen',
      },
      ageSeconds: {
        type: 'integer',
        description:
          'Seconds since a file was last archived, by the server’s clock; absent: never since the statistics were reset',
        presence: 'optional',
      },
      failedSince: {
        type: 'boolean',
        description: 'An attempt failed, and none has succeeded since the last failure',
      },
    },
  },
} as const satisfies FactDefinition;

export type Archiver = FactOf<typeof archiver.schema>;
