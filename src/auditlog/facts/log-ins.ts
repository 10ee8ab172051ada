import type { FactDefinition, FactOf } from '../../model/index.ts';

export const logIns = {
  name: 'auditlog.logIns',
  subject: 'log-store',
  schema: {
    type: 'object',
    description: 'How long ago each role that may log in last did, as the log tells',
    properties: {
      days: { type: 'integer', description: 'Length of the window that is asked for (log-in-days)' },
      wholeSince: {
        type: 'string',
        format: 'date-time',
        presence: 'optional',
        description:
          'From then on the log has every log-in, as far as it can tell itself: numbers go on, what is logged was not changed, and each time that the server ran a log-in was logged. Absent: at no time',
      },
      roles: {
        type: 'array',
        itemKey: ['role'],
        description: 'Each role that the server lets log in (rolcanlogin), whatever its password',
        items: {
          type: 'object',
          description: 'One role',
          properties: {
            role: { type: 'string', description: 'Name', dataClass: 'account-identifier' },
            logIn: {
              type: 'boolean',
              description: 'The files that were read have a log-in of it, or it has a session now',
            },
            made: {
              type: 'boolean',
              presence: 'optional',
              description: 'The log has the statement that made it; absent: it does not tell',
            },
            idleDays: {
              type: 'integer',
              presence: 'if-seen',
              description:
                'Whole days since its last log-in, or since it was made where the log tells that; 0 with a session now; the days of the window where it has none there, which says at least so many. Absent where the log does not reach back so far without a hole',
            },
          },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type LogIns = FactOf<typeof logIns.schema>;
