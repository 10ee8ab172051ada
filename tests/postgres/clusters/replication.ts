import type { Topic } from './topic.ts';

const archiving = { archive_mode: 'on', archive_command: 'test -f %p', archive_timeout: '1min' };
/** Fills a file of the log, and waits until the archiver has taken it. */
const switched = `do $$ begin
  perform pg_logical_emit_message(false, 'a', 'b');
  perform pg_switch_wal();
  for attempt in 1..1000 loop
    perform pg_sleep(0.01), pg_stat_clear_snapshot();
    exit when (select archived_count > 0 from pg_stat_archiver);
  end loop;
end $$`;

export const replication: Topic = {
  weak: {},
  hardened: { settings: archiving, sql: switched },
  remedies: {
    'postgres.wal.archiving-healthy': { settings: archiving, restart: true, sql: switched },
  },
};
