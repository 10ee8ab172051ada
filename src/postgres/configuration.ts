import type { Configuration } from './facts/configuration.ts';
import { unchangedText } from './file-state.ts';
import { accessText } from './ours.ts';
import { everyMajor, type Query } from './query.ts';
import { booleanOf, integerOf, type Row, textOf, textsOf } from './row.ts';

export const pendingQuery: Query = {
  ...everyMajor,
  name: 'pending-settings',
  text: `select pg_catalog.to_char(pg_catalog.pg_conf_load_time() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as loaded_at,
  array(select s.name from pg_catalog.pg_settings s where s.pending_restart order by s.name) as pending`,
};

/** What only a superuser may ask of the files: the query, and the function of assay_audit that answers it for others. */
export interface FileQuestion {
  readonly function: string;
  readonly returns: string;
  readonly body: string;
  readonly access: Query;
  readonly direct: Query;
  readonly granted: Query;
}

function questionOf(
  name: string,
  { columns, body }: { readonly columns: Readonly<Record<string, string>>; readonly body: string },
): FileQuestion {
  const fn = name.replaceAll('-', '_');
  const names = Object.keys(columns).map((column) => `f.${column}`);
  return {
    function: fn,
    returns: `table (${Object.entries(columns)
      .map(([column, type]) => `${column} ${type}`)
      .join(', ')})`,
    body,
    access: { ...everyMajor, name: `${name}-access`, text: accessText(fn) },
    direct: { ...everyMajor, name, text: body },
    granted: { ...everyMajor, name, text: `select ${names.join(', ')} from assay_audit.${fn}() f` },
  };
}

/**
 * Values and the reader's complaints, which quote them, stay there, and so does a name that the server does not know:
 * what stands on a line in error may be anything.
 */
export const fileErrors = questionOf('file-errors', {
  columns: { file: 'text', line: 'int', setting: 'text', needs_restart: 'boolean' },
  body: `select pg_catalog.regexp_replace(coalesce(f.sourcefile, ''), '^.*/', '') as file,
  coalesce(f.sourceline, 0) as line, coalesce(s.name, '') as setting,
  coalesce(s.pending_restart, false) as needs_restart
from pg_catalog.pg_file_settings f
left join pg_catalog.pg_settings s on s.name = pg_catalog.lower(f.name)
where f.error is not null
order by f.seqno`,
});

/**
 * A file that is gone was changed. What is in force may be from one that the files as they are now no longer name;
 * ALTER SYSTEM writes to one that may say nothing.
 */
export const filesLoaded = questionOf('files-loaded', {
  columns: { file: 'text', loaded: 'boolean' },
  body: `select pg_catalog.regexp_replace(f.path, '^.*/', '') as file,
  s.modification is not null and ${unchangedText} as loaded
from (select pg_catalog.current_setting('config_file')
  union select pg_catalog.current_setting('data_directory') || '/postgresql.auto.conf'
  union select p.sourcefile from pg_catalog.pg_file_settings p where p.sourcefile is not null
  union select p.sourcefile from pg_catalog.pg_settings p where p.sourcefile is not null) as f(path)
cross join lateral pg_catalog.pg_stat_file(f.path, true) as s
order by f.path`,
});

type Errors = Configuration['errors'];

export function configurationOf(
  [row = {}]: readonly Row[],
  errors: readonly Row[],
  files: readonly Row[],
): Configuration {
  return {
    loadedAt: textOf(row, 'loaded_at'),
    files: files.map(fileOf),
    pending: textsOf(row, 'pending').map((setting) => ({ setting })),
    errors: errors.map(errorOf),
  };
}

const fileOf = (row: Row): Configuration['files'][number] => ({
  file: textOf(row, 'file'),
  ...(row['loaded'] === null ? {} : { loaded: booleanOf(row, 'loaded') }),
});

const errorOf = (row: Row): Errors[number] => ({
  file: textOf(row, 'file'),
  line: integerOf(row, 'line'),
  setting: textOf(row, 'setting'),
  problem: booleanOf(row, 'needs_restart') ? 'needs-restart' : 'refused',
});
