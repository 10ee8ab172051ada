import type { Topic } from './topic.ts';

const archiving = { archive_mode: 'on', archive_command: 'test -f %p', archive_timeout: '1min' };
const switched = "select pg_catalog.pg_switch_wal() from pg_catalog.pg_logical_emit_message(false, 'a', 'b')";

export const replication: Topic = {
  weak: {},
  hardened: { settings: archiving, sql: switched },
  remedies: {
    'postgres.wal.archiving-healthy': { settings: archiving, restart: true, sql: switched },
  },
};
