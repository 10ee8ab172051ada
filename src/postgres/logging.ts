import type { Logging } from './facts/logging.ts';
import { everyMajor, type Query } from './query.ts';
import { type Row, textOf, textsOf } from './row.ts';

/** Names of a list are read without regard to case, and may stand in quotes. */
const bare = String.raw`pg_catalog.lower(pg_catalog.btrim(d.name, E' \t\r\n"'))`;

/** The prefix is free text: only the letters of its escapes leave the server. */
export const loggingQuery: Query = {
  ...everyMajor,
  name: 'logging',
  text: `select pg_catalog.current_setting('logging_collector') as collector,
  pg_catalog.current_setting('log_file_mode') as file_mode,
  array(select distinct ${bare}
    from pg_catalog.regexp_split_to_table(pg_catalog.current_setting('log_destination'), ',') d(name)
    where ${bare} <> '' order by 1) as destinations,
  array(select distinct m.groups[1]
    from pg_catalog.regexp_matches(pg_catalog.current_setting('log_line_prefix'), '%(%|-?[0-9]*[a-zA-Z])', 'g') m(groups)
    order by 1) as escapes`,
};

type Field = Logging['destinations'][number]['fields'][number];

/** What a letter of log_line_prefix has on a line (PostgreSQL, "What to Log"). */
const fieldsOfEscapes: Readonly<Record<string, readonly Field[]>> = {
  t: ['time'],
  m: ['time'],
  n: ['time'],
  u: ['user'],
  d: ['database'],
  h: ['client'],
  r: ['client'],
  p: ['process'],
  // Made of the start of the session and the process.
  c: ['process', 'session'],
  a: ['application'],
  e: ['outcome'],
};

const everyField = [...new Set(Object.values(fieldsOfEscapes).flat())].sort();
const structured = ['csvlog', 'jsonlog'];
/** The operating system’s log adds these to what it is handed. */
const addedBySystem: readonly Field[] = ['process', 'time'];

export function loggingOf([row = {}]: readonly Row[]): Logging {
  const collector = textOf(row, 'collector') === 'on';
  const destinations = textsOf(row, 'destinations');
  const letters = textsOf(row, 'escapes').map((found) => found.slice(-1));
  const prefixed = letters.flatMap((letter) => fieldsOfEscapes[letter] ?? []);
  const fieldsOf = (destination: string): readonly Field[] => {
    // Without the collector the server writes these as plain lines to its standard error.
    if (structured.includes(destination)) return collector ? everyField : prefixed;
    return destination === 'stderr' ? prefixed : [...prefixed, ...addedBySystem];
  };
  return {
    destinations: destinations.map((destination) => ({
      destination,
      fields: [...new Set(fieldsOf(destination))].sort(),
    })),
    files: collector ? [{ writer: 'logging collector', mode: textOf(row, 'file_mode') }] : [],
  };
}
