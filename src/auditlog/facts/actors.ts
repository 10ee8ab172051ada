import type { FactDefinition, FactOf } from '../../model/index.ts';
import { interactiveClients } from '../clients.ts';

export const actors = {
  name: 'auditlog.actors',
  subject: 'log-store',
  schema: {
    type: 'object',
    description:
      'Who acted, as the audit entries of the window tell: roles that were let in, not those that were refused',
    properties: {
      windowHours: { type: 'integer', description: 'Length of the window, ending with the look' },
      logInsWhole: {
        type: 'boolean',
        description:
          'Every log-in of the window has its entry, as far as the log can tell: log-ins are logged, numbers go on, what is logged was not changed, and each time that the server ran a log-in was logged',
      },
      actors: {
        type: 'array',
        itemKey: ['role'],
        description:
          'Each role that has a log-in, a log-out, a statement, a missing privilege or a pgaudit entry',
        items: {
          type: 'object',
          description: 'One role, also one that is gone since',
          properties: {
            role: { type: 'string', description: 'Name', dataClass: 'account-identifier' },
            entries: { type: 'integer', description: 'Such entries of it' },
            logIns: {
              type: 'integer',
              presence: 'if-seen',
              description: 'How often it was let in; absent where log-ins are not logged',
            },
            logInTimes: {
              type: 'array',
              presence: 'if-seen',
              description: 'When; absent too where there are more than 200, or where times are not known',
              items: { type: 'string', format: 'date-time', description: 'One time' },
            },
            clients: {
              type: 'map',
              presence: 'if-seen',
              description: 'Programs that people type into; absent where log-ins are not logged',
              keys: interactiveClients,
              values: {
                type: 'boolean',
                description:
                  'A session gave its name as its own (application_name), at the log-in or in a later entry',
              },
            },
          },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Actors = FactOf<typeof actors.schema>;
