import type { FactDefinition, FactOf } from '../../model/index.ts';

export const retention = {
  name: 'auditlog.retention',
  subject: 'log-store',
  schema: {
    type: 'object',
    description: 'How far the log reaches back, and what the server does to files of its own',
    properties: {
      files: { type: 'integer', description: 'Files of the log, whatever their age' },
      oldestEntry: {
        type: 'string',
        format: 'date-time',
        description: 'Time of the first entry of the oldest file',
      },
      newestEntry: {
        type: 'string',
        format: 'date-time',
        presence: 'if-seen',
        description: 'Time of the last entry of the window',
      },
      reachesBackDays: { type: 'integer', description: 'Whole days from the oldest entry to the look' },
      serverAgeDays: {
        type: 'integer',
        presence: 'if-seen',
        description: 'Whole days since the server’s data were initialised, from its system identifier',
      },
      overwritesAfterDays: {
        type: 'integer',
        presence: 'optional',
        description:
          'Days after which the server writes over a file of its own (log_filename comes round, and log_truncate_on_rotation is on); absent: it does not',
      },
      rotationMinutes: {
        type: 'integer',
        presence: 'if-seen',
        description: 'log_rotation_age; 0: by size alone',
      },
    },
  },
} as const satisfies FactDefinition;

export type Retention = FactOf<typeof retention.schema>;
