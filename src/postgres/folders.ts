import { type Folders, folderNames } from './facts/folders.ts';
import { everyMajor, type Query } from './query.ts';
import { integerOf, type Row, textOf } from './row.ts';

const aged = (aggregate: string): string =>
  `extract(epoch from pg_catalog.now() - pg_catalog.${aggregate}(f.modification))::int`;

const counted = (folder: string): string => `select '${folder}' as folder, count(*)::int as files,
  least(coalesce(pg_catalog.sum(f.size), 0), 9007199254740991)::float8 as bytes,
  ${aged('min')} as oldest_seconds, ${aged('max')} as newest_seconds
from pg_catalog.pg_ls_${folder}dir() f`;

/** A server whose collector does not run may have no folder of that name, which is an error to list. */
export const foldersQueries: readonly Query[] = [
  {
    ...everyMajor,
    name: 'log-folder',
    right: 'EXECUTE on function pg_ls_logdir(), as pg_monitor has it',
    text: `${counted('log')}
where pg_catalog.current_setting('logging_collector') = 'on'
having pg_catalog.current_setting('logging_collector') = 'on'`,
  },
  {
    ...everyMajor,
    name: 'wal-folder',
    right: 'EXECUTE on function pg_ls_waldir(), as pg_monitor has it',
    text: counted('wal'),
  },
];

export const foldersOf = (rows: readonly Row[]): Folders =>
  rows.map((row) => {
    const folder = textOf(row, 'folder');
    return {
      folder: folderNames.find((known) => known === folder) ?? 'wal',
      files: integerOf(row, 'files'),
      bytes: integerOf(row, 'bytes'),
      ...(row['oldest_seconds'] === null ? {} : { oldestSeconds: integerOf(row, 'oldest_seconds') }),
      ...(row['newest_seconds'] === null ? {} : { newestSeconds: integerOf(row, 'newest_seconds') }),
    };
  });
