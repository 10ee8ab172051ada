/** What a prefix can say that is kept. */
const kept = ['time', 'epoch', 'session', 'line', 'user', 'database', 'origin', 'sqlState', 'tag'] as const;
export type PrefixField = (typeof kept)[number];

export interface LinePrefix {
  /** Matches the head of a line, up to the label behind the prefix. */
  readonly pattern: RegExp;
  readonly fields: ReadonlySet<PrefixField>;
  /** Matches the longest head that the line could have: another than that of `pattern` where a name was made for it. */
  readonly longest: RegExp;
  /** Matches a line up to the first name that a client chose, with nothing said of what follows; absent: there is none. */
  readonly opening?: RegExp;
}

/** Names have 63 bytes: every wait of the pattern is bounded, whatever a client calls itself. */
const name = '.{0,64}?';
const host = '\\S{0,255}?';
const stamp = '\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d';
const zone = '\\S{1,40}';

interface Sequence {
  readonly source: string;
  readonly field?: PrefixField;
}

/** PostgreSQL, "Error Reporting and Logging", log_line_prefix. */
const sequences: Readonly<Record<string, Sequence>> = {
  a: { source: name },
  u: { source: name, field: 'user' },
  d: { source: name, field: 'database' },
  r: { source: host, field: 'origin' },
  h: { source: host, field: 'origin' },
  L: { source: host },
  b: { source: name },
  p: { source: '\\d{0,10}' },
  P: { source: '\\d{0,10}' },
  t: { source: `${stamp} ${zone}`, field: 'time' },
  m: { source: `${stamp}\\.\\d{3} ${zone}`, field: 'time' },
  n: { source: '\\d{1,13}\\.\\d{3}', field: 'epoch' },
  i: { source: name, field: 'tag' },
  e: { source: '[0-9A-Z]{5}', field: 'sqlState' },
  c: { source: '[0-9a-f]{1,12}\\.[0-9a-f]{1,8}', field: 'session' },
  l: { source: '\\d{1,18}', field: 'line' },
  s: { source: `${stamp} ${zone}` },
  v: { source: '\\d*(?:/\\d+)?' },
  x: { source: '\\d{1,20}' },
  Q: { source: '-?\\d{1,20}' },
  '%': { source: '%' },
};

/** English: the server writes these in the language of `lc_messages`. */
const severities = ['DEBUG[1-5]?', 'INFO', 'NOTICE', 'WARNING', 'ERROR', 'LOG', 'FATAL', 'PANIC'];
const labels = ['DETAIL', 'HINT', 'QUERY', 'CONTEXT', 'LOCATION', 'BACKTRACE', 'STATEMENT'];

/** Before anybody was let in; what a client calls itself comes to the log without line feeds. */
const chosen: readonly string[] = ['u', 'd'];

/** Beyond so many, a line that is made for it could take long to tell apart. */
const mostNames = 4;

/**
 * How lines begin under a `log_line_prefix`; undefined where it has an escape that no version knows, or more than four
 * names that clients choose.
 */
export function linePrefixOf(text: string): LinePrefix | undefined {
  const fields = new Set<PrefixField>();
  const parts = [...text.matchAll(/%(-?\d*)(.)|[^%]+|%/g)];
  const sources = parts.map((part) => sourceOf(part, fields));
  const names = parts.filter(([, , letter = '']) => sequences[letter]?.source === name);
  if (sources.includes(undefined) || names.length > mostNames) return undefined;
  // What stands behind %q only sessions of clients have.
  const only = parts.findIndex(([, , letter]) => letter === 'q');
  const always = sources.slice(0, only < 0 ? undefined : only).join('');
  const ofSessions = only < 0 ? '' : `(?:${sources.slice(only).join('')})?`;
  const label = `(?:(?<severity>${severities.join('|')})|(?<label>${labels.join('|')})):  `;
  const whole = `^${always}${ofSessions}${label}`;
  const firstName = parts.findIndex(([, , letter = '']) => chosen.includes(letter));
  return {
    pattern: new RegExp(whole),
    fields,
    longest: new RegExp(whole.replaceAll(name, '.{0,64}')),
    ...(firstName < 0 ? {} : { opening: new RegExp(`^${sources.slice(0, firstName).join('')}`) }),
  };
}

function sourceOf(
  [part, padding = '', letter]: RegExpMatchArray,
  fields: Set<PrefixField>,
): string | undefined {
  if (letter === undefined) return escaped(part);
  if (letter === 'q') return '';
  const sequence = sequences[letter];
  if (sequence === undefined) return undefined;
  const { source, field } = sequence;
  const isFirst = field !== undefined && !fields.has(field);
  if (isFirst) fields.add(field);
  const group = isFirst ? `(?<${field}>${source})` : source;
  // On which side the blanks are depends on the sign of the width.
  return padding === '' ? group : ` {0,200}${group} {0,200}`;
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
