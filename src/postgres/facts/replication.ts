import type { FactDefinition, FactOf } from '../../model/index.ts';
import { clientKinds, sessionEncryptions } from './sessions.ts';

/** As pg_stat_replication has them. */
export const senderStates = ['startup', 'catchup', 'streaming', 'backup', 'stopping'] as const;

export const replication = {
  name: 'postgres.replication',
  subject: 'postgres-server',
  schema: {
    type: 'object',
    description: 'What the server sends to standbys and subscribers, and keeps for them',
    properties: {
      standby: { type: 'boolean', description: 'The server itself is a standby, or still recovering' },
      replayAgeSeconds: {
        type: 'integer',
        description:
          'Of a standby: seconds since the last transaction that it replayed was committed; absent: no standby, or none yet',
        presence: 'optional',
      },
      senders: {
        type: 'array',
        description: 'Sessions that the write-ahead log is sent over (pg_stat_replication)',
        itemKey: ['name', 'role', 'process'],
        items: {
          type: 'object',
          description: 'One session',
          properties: {
            name: { type: 'string', description: 'application_name that the receiver gives' },
            role: { type: 'string', description: 'Role', dataClass: 'account-identifier' },
            process: { type: 'integer', description: 'Which of those of one name and role, from 1, by age' },
            client: {
              type: 'string',
              description: 'Where from: the Unix socket, a loopback address, any other address',
              enum: clientKinds,
            },
            encryption: {
              type: 'string',
              description: 'none: in the clear. gss: by GSSAPI. Otherwise the TLS version',
              enum: sessionEncryptions,
            },
            state: { type: 'string', description: 'What it is at', enum: senderStates },
            synchronous: { type: 'boolean', description: 'Commits may wait for it' },
            lagBytes: {
              type: 'integer',
              description:
                'Log written here and not yet replayed there; absent: the receiver has reported nothing',
              presence: 'optional',
            },
            lagSeconds: {
              type: 'integer',
              description:
                'Time that replaying took lately; absent: nothing was written lately, or not reported',
              presence: 'optional',
            },
          },
        },
      },
      slots: {
        type: 'array',
        description: 'Replication slots, for which log is kept',
        itemKey: ['name'],
        items: {
          type: 'object',
          description: 'One slot',
          properties: {
            name: { type: 'string', description: 'Name' },
            kind: {
              type: 'string',
              description: 'Of a standby, or of a subscriber',
              enum: ['physical', 'logical'],
            },
            active: { type: 'boolean', description: 'Somebody receives from it' },
            retainedBytes: {
              type: 'integer',
              description: 'Log kept for it; absent: none is reserved',
              presence: 'optional',
            },
          },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Replication = FactOf<typeof replication.schema>;
