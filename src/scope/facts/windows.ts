import type { FactDefinition, FactOf } from '../../model/index.ts';

export const windows = {
  name: 'scope.windows',
  subject: 'organisation',
  schema: {
    type: 'object',
    description:
      'accounts that may be used only in approved windows, against the log-ins that the logs of their servers have',
    properties: {
      registerAgeDays: {
        type: 'integer',
        description: 'days from the date of the register to the scan',
      },
      accounts: {
        type: 'array',
        description: 'every account that the register names',
        itemKey: ['system', 'account'],
        items: {
          type: 'object',
          description: 'one account on one system',
          properties: {
            system: { type: 'string', description: 'id of the target' },
            account: { type: 'string', description: 'name of the role', dataClass: 'account-identifier' },
            windows: { type: 'integer', description: 'windows that the register has for it' },
            logIns: {
              type: 'integer',
              presence: 'if-seen',
              description:
                'log-ins that the log of the system has in its window; absent where it was not seen whole and has none',
            },
            outside: {
              type: 'integer',
              presence: 'if-seen',
              description:
                'of them, those in none of its windows; absent where none is known and the log was not seen whole, or not each log-in has its time',
            },
            lastOutside: {
              type: 'string',
              format: 'date-time',
              presence: 'optional',
              description: 'the last of those',
            },
          },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Windows = FactOf<typeof windows.schema>;
