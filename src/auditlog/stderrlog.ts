import type { LogClock } from './clock.ts';
import type { EntryReader } from './csvlog.ts';
import { type LogEntry, startOfSession } from './entry.ts';
import { optional } from './jsonlog.ts';
import type { LinePrefix } from './line-prefix.ts';
import { type LogLine, longestEntryBytes } from './lines.ts';

/** Names, times and counters of a prefix stand within this many characters. */
const headLength = 2048;

interface Started {
  readonly groups: Readonly<Record<string, string | undefined>>;
  readonly offset: number;
  readonly text: string[];
  length: number;
  cut: boolean;
  /** A client may have made it up by the names that it gave. */
  readonly doubtful: boolean;
}

/** Two names and what stands around them: so far a line feed in a name can reach. */
const reachBytes = 512;

/** A second label behind the first one: seldom, so that the longest head is looked for only then. */
const labelInside = /[A-Z]: {2}/;

/**
 * Whether the head of a line can be read in two ways: whoever asks to be let in chooses the names of a user and a database,
 * and may write a label into them.
 */
const isDouble = ({ longest }: LinePrefix, head: string, found: string): boolean =>
  labelInside.test(head.slice(found.length)) && longest.exec(head)?.[0] !== found;

/** A line that begins with a tab goes on with the one before it: the server puts it there behind every line feed. */
export function startStderr(prefix: LinePrefix, clock: LogClock): EntryReader {
  let started: Started | undefined;
  let doubtfulUntil = 0;
  const finish = (): readonly LogEntry[] => {
    const entry = started === undefined ? undefined : stderrEntryOf(started, clock);
    started = undefined;
    return entry === undefined ? [] : [entry];
  };
  return {
    push: (line) => {
      if (line.text.startsWith('\t') && started !== undefined) {
        append(started, line, line.text.slice(1));
        return { entries: [], stray: [] };
      }
      const head = line.text.slice(0, headLength);
      const found = prefix.pattern.exec(head);
      const entries = finish();
      if (found === null) {
        // A name with a line feed in it ends a line before its label, and what follows is of whoever chose the name.
        if (prefix.opening?.test(head)) doubtfulUntil = line.offset + reachBytes;
        return { entries, stray: [line] };
      }
      started = {
        ...{ groups: found.groups ?? {}, offset: line.offset, text: [], length: 0, cut: false },
        doubtful: line.offset < doubtfulUntil || isDouble(prefix, head, found[0]),
      };
      append(started, line, line.text.slice(found[0].length));
      return { entries, stray: [] };
    },
    rest: () => [],
    last: finish,
  };
}

function append(started: Started, line: LogLine, text: string): void {
  started.cut ||= line.cut || started.length + text.length > longestEntryBytes;
  if (started.length + text.length > longestEntryBytes) return;
  started.text.push(text);
  started.length += text.length + 1;
}

function stderrEntryOf({ groups, offset, text, cut, doubtful }: Started, clock: LogClock): LogEntry {
  const message = text.join('\n');
  const { time, epoch, line, session, severity, label } = groups;
  const atMs =
    epoch === undefined ? (time === undefined ? undefined : clock.utcMs(time)) : Number(epoch) * 1000;
  const known = session !== undefined && startOfSession(session) !== undefined;
  return {
    primary: label === undefined,
    ...optional('time', time ?? epoch),
    ...optional('atMs', atMs),
    ...(known ? { session } : {}),
    ...(line === undefined ? {} : { line: Number(line) }),
    ...optional('user', nameOf(groups['user'])),
    ...optional('database', nameOf(groups['database'])),
    ...optional('origin', groups['origin']?.replace(/\(\d+\)$/, '') || undefined),
    severity: severity ?? label ?? '',
    ...optional('sqlState', groups['sqlState']),
    ...optional('tag', groups['tag']),
    message,
    texts: [message],
    raised: doubtful,
    cut,
    offset,
  };
}

/** Before a client has said who it is. */
const nameOf = (text: string | undefined): string | undefined =>
  text === undefined || text === '' || text === '[unknown]' ? undefined : text;
