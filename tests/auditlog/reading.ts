import type { LogEntry, LogFormat } from '../../src/auditlog/entry.ts';
import { linePrefixOf } from '../../src/auditlog/line-prefix.ts';
import type { LogLine } from '../../src/auditlog/lines.ts';
import { startReader } from '../../src/auditlog/reader.ts';

export interface Read {
  readonly entries: readonly LogEntry[];
  readonly stray: readonly LogLine[];
}

/** Reads a text as one file, cut into chunks of so many bytes. */
export function readText(
  format: LogFormat,
  text: string | Uint8Array,
  prefix = '%m [%p] ',
  chunkBytes = 1 << 16,
): Read {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  const entries: LogEntry[] = [];
  const stray: LogLine[] = [];
  const listener = {
    entry: (entry: LogEntry) => entries.push(entry),
    stray: (line: LogLine) => stray.push(line),
  };
  const reader = startReader(format, listener, { prefix: linePrefixOf(prefix) });
  for (let at = 0; at < bytes.length; at += chunkBytes) reader.push(bytes.subarray(at, at + chunkBytes));
  reader.end();
  return { entries, stray };
}

/** What one entry is to say. */
export interface Written {
  readonly atMs: number;
  readonly session: string;
  readonly line: number;
  readonly user?: string;
  readonly database?: string;
  readonly severity?: string;
  readonly sqlState?: string;
  readonly tag?: string;
  readonly message: string;
  readonly statement?: string;
}

const timeOf = (ms: number): string => `${new Date(ms).toISOString().replace('T', ' ').replace('Z', '')} UTC`;
const startOf = (session: string): string => timeOf(Number.parseInt(session, 16) * 1000).replace('.000', '');
const quoted = (text: string | undefined): string =>
  text === undefined ? '' : `"${text.replaceAll('"', '""')}"`;

/** As csvlog.c writes it. */
export function csvLine(one: Written): string {
  const {
    atMs,
    session,
    line,
    user,
    database,
    severity = 'LOG',
    sqlState = '00000',
    tag,
    message,
    statement,
  } = one;
  const pid = Number.parseInt(session.split('.')[1] ?? '', 16);
  const head = [timeOf(atMs), quoted(user), quoted(database), pid, quoted('127.0.0.1:5000'), session, line];
  const middle = [quoted(tag), startOf(session), '3/1', 0, severity, sqlState, quoted(message)];
  const tail = [
    '',
    '',
    '',
    '',
    '',
    quoted(statement),
    '',
    '',
    quoted('psql'),
    quoted('client backend'),
    '',
    0,
  ];
  return `${[...head, ...middle, ...tail].join(',')}\n`;
}

/** As jsonlog.c writes it. */
export function jsonLine(one: Written): string {
  const { atMs, session, line, user, database, severity = 'LOG', sqlState, tag, message, statement } = one;
  return `${JSON.stringify({
    timestamp: timeOf(atMs),
    user,
    dbname: database,
    pid: Number.parseInt(session.split('.')[1] ?? '', 16),
    remote_host: '127.0.0.1',
    session_id: session,
    line_num: line,
    ps: tag,
    session_start: startOf(session),
    error_severity: severity,
    state_code: sqlState === '00000' ? undefined : sqlState,
    message,
    statement,
  })}\n`;
}

/** As elog.c writes it under `%m [%p] %c %l %q%u@%d `, with a tab behind each line feed. */
export function stderrLine({
  atMs,
  session,
  line,
  user,
  database,
  severity = 'LOG',
  message,
}: Written): string {
  const pid = Number.parseInt(session.split('.')[1] ?? '', 16);
  const whom = user === undefined ? '' : `${user}@${database ?? '[unknown]'} `;
  return `${timeOf(atMs)} [${pid}] ${session} ${line} ${whom}${severity}:  ${message.replaceAll('\n', '\n\t')}\n`;
}

export const stderrPrefix = '%m [%p] %c %l %q%u@%d ';
