import type { FactDefinition, FactOf } from '../../model/index.ts';
import { logFormats } from '../entry.ts';

const ifNumbered = { type: 'integer', presence: 'if-seen' } as const;

export const continuity = {
  name: 'auditlog.continuity',
  subject: 'log-store',
  schema: {
    type: 'object',
    description: 'Whether entries of the log are missing, as its own counters and those of the server tell',
    properties: {
      windowHours: {
        type: 'integer',
        description: 'Length of the window that is asked for, ending with the look',
      },
      destinations: {
        type: 'array',
        itemKey: ['destination'],
        description: 'Each form in which the server writes its log (log_destination)',
        items: {
          type: 'object',
          description: 'One form, over the files that reach into the window',
          properties: {
            destination: { type: 'string', description: 'Its name', enum: logFormats },
            numbered: {
              type: 'boolean',
              description:
                'Entries are numbered by session: always, but of stderr only with %c and %l in log_line_prefix',
            },
            files: { type: 'integer', description: 'Files that were read' },
            entries: { type: 'integer', description: 'Entries in them' },
            sessions: {
              type: 'integer',
              description: 'Sessions that have an entry, those of the server’s own processes included',
            },
            malformed: { type: 'integer', description: 'Lines that belong to no entry' },
            firstEntry: {
              type: 'string',
              format: 'date-time',
              presence: 'if-seen',
              description: 'Time of the first entry that has one',
            },
            lastEntry: {
              type: 'string',
              format: 'date-time',
              presence: 'if-seen',
              description: 'Time of the last entry that has one',
            },
            missing: {
              ...ifNumbered,
              description:
                'Entries that the numbers of a session say were written and that are not there; absent where entries are not numbered by session. From a session’s first entry on where it began inside of the window, else from the first that is there',
            },
            duplicates: { ...ifNumbered, description: 'Entries whose number their session has already had' },
            gaps: {
              type: 'array',
              itemKey: ['session', 'after'],
              description: 'The first hundred places at which entries are missing',
              items: {
                type: 'object',
                description: 'One place',
                properties: {
                  session: { type: 'string', description: 'Session id as %c writes it' },
                  after: { type: 'integer', description: 'Number of the entry before it; 0: the beginning' },
                  missing: { type: 'integer', description: 'Entries that are missing there' },
                },
              },
            },
            unfinished: {
              ...ifNumbered,
              description:
                'Sessions of clients that were let in, have no end in the log, and that the server does not have any more; absent where ends are not logged',
            },
            unlogged: {
              ...ifNumbered,
              description:
                'Sessions of clients that the server has, that began inside of the window and have no entry; absent where connections are not logged',
            },
            stepsBack: {
              type: 'integer',
              description: 'Entries more than a second earlier than the one before them in their file',
            },
            longestSilenceSeconds: {
              type: 'integer',
              presence: 'if-seen',
              description: 'Longest time between two entries; on an idle server silence is no gap',
            },
          },
        },
      },
      databases: {
        type: 'array',
        itemKey: ['database'],
        description: 'Each database, with the sessions that the server has counted for it (pg_stat_database)',
        items: {
          type: 'object',
          description: 'One database',
          properties: {
            database: { type: 'string', description: 'Name' },
            comparable: {
              type: 'boolean',
              description: 'Both counts are of the same time: its statistics were reset inside of the window',
            },
            counted: {
              type: 'integer',
              presence: 'optional',
              description: 'Sessions that the server counted since then; absent where not comparable',
            },
            authorized: {
              type: 'integer',
              presence: 'optional',
              description: 'Sessions that the log says were let in since then',
            },
            missing: {
              type: 'integer',
              presence: 'optional',
              description: 'Sessions that the server counted and the log does not have, at least',
            },
          },
        },
      },
      lostSessions: {
        type: 'integer',
        presence: 'optional',
        description:
          'Of the databases that are comparable, sessions that the server counted and the log does not have, at least; absent: none is comparable',
      },
      comparedSessions: {
        type: 'integer',
        presence: 'optional',
        description:
          'Sessions that began after csvlog and jsonlog did, compared entry by entry; absent: there are none, or not both are written',
      },
      differingSessions: {
        type: 'integer',
        presence: 'optional',
        description: 'Of them, those that do not have the same entries in both',
      },
    },
  },
} as const satisfies FactDefinition;

export type Continuity = FactOf<typeof continuity.schema>;
