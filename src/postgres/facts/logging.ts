import type { FactDefinition, FactOf } from '../../model/index.ts';

export const logging = {
  name: 'postgres.logging',
  subject: 'postgres-server',
  schema: {
    type: 'object',
    description: 'Where the server writes its log, and what it says on each line',
    properties: {
      destinations: {
        type: 'array',
        description: 'Members of log_destination',
        itemKey: ['destination'],
        items: {
          type: 'object',
          description: 'One of them',
          properties: {
            destination: { type: 'string', description: 'stderr, csvlog, jsonlog, syslog or eventlog' },
            fields: {
              type: 'array',
              description:
                'What a line of a session says: by log_line_prefix, by the form of csvlog and jsonlog where the ' +
                'collector writes it, and what the operating system’s log adds. outcome: the SQLSTATE',
              items: {
                type: 'string',
                description: 'Field',
                enum: ['application', 'client', 'database', 'outcome', 'process', 'session', 'time', 'user'],
              },
            },
          },
        },
      },
      files: {
        type: 'array',
        description: 'Log files that the server itself writes: none unless its logging collector runs',
        itemKey: ['writer'],
        items: {
          type: 'object',
          description: 'One kind of them',
          properties: {
            writer: { type: 'string', description: 'Who writes them', enum: ['logging collector'] },
            mode: { type: 'string', description: 'Mode of new ones, octal: 0600' },
          },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Logging = FactOf<typeof logging.schema>;
