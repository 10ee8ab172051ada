import type { FactDefinition, FactOf } from '../../model/index.ts';

export const effective = {
  name: 'postgres.effective',
  subject: 'postgres-server',
  schema: {
    type: 'array',
    description:
      'Settings about the log, idle sessions, libraries and what keeps data whole as sessions get them: the server’s value, and each other ' +
      'value that some role gets in some database. What is set for a role in a database goes before what is set for ' +
      'the role, that before what is set for the database, and that before the server’s',
    itemKey: ['setting', 'scope'],
    items: {
      type: 'object',
      description: 'One value of one setting',
      properties: {
        setting: { type: 'string', description: 'Name of the setting' },
        scope: {
          type: 'string',
          description:
            'Who gets it, in words: every role, role app, database clinic, role app in database clinic',
          dataClass: 'account-identifier',
        },
        server: { type: 'boolean', description: 'It is the server’s own value, or one set for every role' },
        role: { type: 'string', description: 'Role; empty: every one', dataClass: 'account-identifier' },
        database: { type: 'string', description: 'Database; empty: every one' },
        except: {
          type: 'array',
          description:
            'Of a value for every role: roles that may log in and never get it, having one of their own',
          items: { type: 'string', description: 'Role', dataClass: 'account-identifier' },
        },
        value: {
          type: 'string',
          description:
            'In the form of pg_settings, numbers in the setting’s base unit; absent: not understood',
          presence: 'if-seen',
        },
        words: {
          type: 'array',
          description:
            'Of a list its members, of listen_addresses each number in its usual form and every address as 0.0.0.0 or ::; ' +
            'of pgaudit.log the classes of statements that it comes to',
          items: { type: 'string', description: 'Member' },
        },
        logsLess: {
          type: 'boolean',
          description: 'It has less written to the log than the server’s value',
          presence: 'if-seen',
        },
        anyoneMayChange: {
          type: 'boolean',
          description: 'Every role may give its own session another value',
          presence: 'if-seen',
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Effective = FactOf<typeof effective.schema>;
