import type { LogClock } from './clock.ts';
import { type LogEntry, startOfSession } from './entry.ts';
import type { LogLine } from './lines.ts';

type Fields = Readonly<Record<string, unknown>>;

/** One line of `jsonlog` (PostgreSQL 15 and later); undefined where it is none. */
export function jsonEntryOf(line: LogLine, clock: LogClock): LogEntry | undefined {
  const fields = fieldsOf(line);
  if (fields === undefined) return undefined;
  const session = textAt(fields, 'session_id');
  const time = textAt(fields, 'timestamp');
  const start = session === undefined ? undefined : startOfSession(session);
  if (session === undefined || start === undefined || time === undefined) return undefined;
  const started = textAt(fields, 'session_start');
  if (started !== undefined) clock.learn(started, start);
  const number = fields['line_num'];
  const severity = textAt(fields, 'error_severity');
  if (severity === undefined || typeof number !== 'number' || !Number.isSafeInteger(number)) return undefined;
  const message = textAt(fields, 'message') ?? '';
  return {
    primary: true,
    time,
    ...optional('atMs', clock.utcMs(time)),
    session,
    line: number,
    ...optional('user', textAt(fields, 'user')),
    ...optional('database', textAt(fields, 'dbname')),
    ...optional('origin', textAt(fields, 'remote_host')),
    severity,
    sqlState: textAt(fields, 'state_code') ?? '00000',
    tag: textAt(fields, 'ps') ?? '',
    ...optional('application', textAt(fields, 'application_name')),
    message,
    texts: [message, ...freeTexts.flatMap((name) => textAt(fields, name) ?? [])],
    raised: fields['context'] !== undefined,
    cut: line.cut,
    offset: line.offset,
  };
}

const freeTexts = ['detail', 'hint', 'internal_query', 'context', 'statement', 'application_name'] as const;

function fieldsOf({ text, cut }: LogLine): Fields | undefined {
  // Quotes inside of values are escaped, so this can only be the key itself.
  const head = cut ? text.slice(0, text.indexOf(',"message":"')) : '';
  const whole = cut ? `${head}}` : text;
  try {
    const parsed: unknown = JSON.parse(whole);
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined;
    return cut ? { ...parsed, message: text.slice(head.length + 12) } : (parsed as Fields);
  } catch {
    return undefined;
  }
}

function textAt(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  return typeof value === 'string' ? value : undefined;
}

/** A property that is there only with a value. */
export function optional<K extends string, V>(name: K, value: V | undefined): { readonly [P in K]?: V } {
  return (value === undefined ? {} : { [name]: value }) as { readonly [P in K]?: V };
}
