import type { LogClock } from './clock.ts';
import { type LogEntry, startOfSession } from './entry.ts';
import { optional } from './jsonlog.ts';
import { type LogLine, longestEntryBytes } from './lines.ts';

/** Columns of `csvlog` by their place (PostgreSQL, "Using CSV-Format Log Output"). */
const columns = {
  time: 0,
  user: 1,
  database: 2,
  origin: 4,
  session: 5,
  line: 6,
  tag: 7,
  started: 8,
  severity: 11,
  sqlState: 12,
  message: 13,
  application: 22,
} as const;
/** Detail, hint, internal query, context, statement and application name. */
const freeTexts = [14, 15, 16, 18, 19, 22];
const contextColumn = 18;
/** PostgreSQL 12; 13 added the backend type, 14 the leader and the query's id. */
const widths: readonly number[] = [23, 24, 26];

/** How every entry begins: a time, then further columns up to the session's id and its line. */
const head =
  /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} [^,"]{1,40},(?:"(?:[^"]|"")*")?,(?:"(?:[^"]|"")*")?,\d*,(?:"[^"]*")?,[0-9a-f]{1,12}\.[0-9a-f]{1,8},\d+,/;

/** What a reader of lines has found. */
export interface Found {
  readonly entries: readonly LogEntry[];
  /** Lines that belong to no entry. */
  readonly stray: readonly LogLine[];
}

export interface EntryReader {
  push(line: LogLine): Found;
  /** Lines of an entry that has no end. */
  rest(): readonly LogLine[];
  /** The entry that could have gone on. */
  last(): readonly LogEntry[];
}

/**
 * Puts together entries of several lines by their quotes. Where lines were taken out of an entry its quotes do not close
 * as they should: then what follows is read again from its second line, so that one broken entry hides no other.
 */
export function startCsv(clock: LogClock): EntryReader {
  let pending: LogLine[] = [];
  let bytes = 0;
  let open = false;
  let skipping = false;
  const entries: LogEntry[] = [];
  const stray: LogLine[] = [];
  const reset = (): readonly LogLine[] => {
    const [, ...others] = pending;
    pending = [];
    bytes = 0;
    open = false;
    return others;
  };
  const close = (cut: boolean): boolean => {
    const entry = csvEntryOf(pending, clock, cut);
    if (entry !== undefined) entries.push(entry);
    return entry !== undefined;
  };
  const take = (line: LogLine): readonly LogLine[] => {
    if (skipping) {
      skipping = !line.oddQuotes;
      return [];
    }
    if (pending.length === 0 && !beginsEntry(line)) {
      stray.push(line);
      return [];
    }
    pending.push(line);
    bytes += line.text.length + 1;
    open = open !== line.oddQuotes;
    return open && bytes <= longestEntryBytes ? [] : finish(line.cut);
  };
  /** An entry that is still open is a long one, or one whose end was taken out: then another begins inside of it. */
  const finish = (cut: boolean): readonly LogLine[] => {
    const isLong = open;
    if ((isLong && pending.slice(1).some(beginsEntry)) || !close(isLong || cut)) return broken();
    reset();
    skipping = isLong;
    return [];
  };
  const broken = (): readonly LogLine[] => {
    stray.push(...pending.slice(0, 1));
    return reset();
  };
  return {
    push: (line) => {
      const queue: LogLine[][] = [[line]];
      for (let lines = queue.pop(); lines !== undefined; lines = queue.pop())
        for (let at = 0; at < lines.length; at++) {
          const again = take(lines[at] as LogLine);
          if (again.length === 0) continue;
          queue.push(lines.slice(at + 1), [...again]);
          break;
        }
      return { entries: entries.splice(0), stray: stray.splice(0) };
    },
    rest: () => pending,
    last: () => [],
  };
}

const beginsEntry = ({ text }: LogLine): boolean => head.test(text.slice(0, headBytes));

/** Names have 63 bytes, so that the columns up to the line's number are short. */
const headBytes = 1024;

function csvEntryOf(lines: readonly LogLine[], clock: LogClock, cut: boolean): LogEntry | undefined {
  const [first] = lines;
  const fields = splitCsv(lines.map(({ text }) => text).join('\n'));
  if (first === undefined || fields === undefined) return undefined;
  if (!cut && !widths.includes(fields.length)) return undefined;
  const session = fields[columns.session] ?? '';
  const start = startOfSession(session);
  if (start === undefined) return undefined;
  clock.learn(fields[columns.started] ?? '', start);
  const time = fields[columns.time] ?? '';
  const message = fields[columns.message] ?? '';
  return {
    primary: true,
    time,
    ...optional('atMs', clock.utcMs(time)),
    session,
    line: Number(fields[columns.line]),
    ...optional('user', filled(fields[columns.user])),
    ...optional('database', filled(fields[columns.database])),
    ...optional('origin', hostOf(fields[columns.origin])),
    severity: fields[columns.severity] ?? '',
    ...optional('sqlState', filled(fields[columns.sqlState])),
    tag: fields[columns.tag] ?? '',
    ...optional('application', filled(fields[columns.application])),
    message,
    texts: [message, ...freeTexts.flatMap((at) => fields[at] || [])],
    raised: (fields[contextColumn] ?? '') !== '',
    cut,
    offset: first.offset,
  };
}

const filled = (text: string | undefined): string | undefined => text || undefined;

/** `host:port`, or `[local]`. */
const hostOf = (from: string | undefined): string | undefined =>
  from === undefined || from === '' ? undefined : from.replace(/:\d+$/, '');

/** The fields of one record; undefined where quotes stand where none may. A value that was cut ends with the text. */
function splitCsv(text: string): readonly string[] | undefined {
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    if (text[at] !== '"') {
      const comma = text.indexOf(',', at);
      fields.push(text.slice(at, comma < 0 ? text.length : comma));
      if (comma < 0) return fields;
      at = comma + 1;
      continue;
    }
    const end = closingQuote(text, at + 1);
    fields.push(text.slice(at + 1, end).replaceAll('""', '"'));
    if (end >= text.length - 1) return fields;
    if (text[end + 1] !== ',') return undefined;
    at = end + 2;
  }
}

function closingQuote(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 2))
    if (text[at + 1] !== '"') return at;
  return text.length;
}
