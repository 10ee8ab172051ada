import type { Archiver } from './facts/archiver.ts';
import { everyMajor, type Query } from './query.ts';
import { booleanOf, integerOf, type Row, textOf } from './row.ts';

/** The command may hold a secret: whether there is one that does anything is all that leaves the server. */
export const archiverQuery: Query = {
  ...everyMajor,
  name: 'archiver',
  text: `select pg_catalog.current_setting('archive_mode') as mode,
  extract(epoch from pg_catalog.now() - a.last_archived_time)::int as age_seconds,
  coalesce(a.last_failed_time >= a.last_archived_time, a.failed_count > 0) as failed_since,
  (select bool_or(pg_catalog.btrim(s.setting, E' \\t\\n') not in ('', '(disabled)', ':', 'true', '/bin/true', '/usr/bin/true'))
    from pg_catalog.pg_settings s where s.name in ('archive_command', 'archive_library')) as configured
from pg_catalog.pg_stat_archiver a`,
};

const modes = ['off', 'on', 'always'] as const;

export function archiverOf([row = {}]: readonly Row[]): Archiver {
  const mode = textOf(row, 'mode');
  return {
    mode: modes.find((known) => known === mode) ?? 'off',
    ...(row['configured'] === null ? {} : { configured: booleanOf(row, 'configured') }),
    ...(row['age_seconds'] === null ? {} : { ageSeconds: integerOf(row, 'age_seconds') }),
    failedSince: booleanOf(row, 'failed_since'),
  };
}
