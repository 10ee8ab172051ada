import { type LogClock, startClock } from './clock.ts';
import { type EntryReader, startCsv } from './csvlog.ts';
import type { LogEntry, LogFormat } from './entry.ts';
import { jsonEntryOf } from './jsonlog.ts';
import type { LinePrefix } from './line-prefix.ts';
import { type LogLine, startLines } from './lines.ts';
import { startStderr } from './stderrlog.ts';

/** What is told while a file is read. */
export interface LogListener {
  entry(entry: LogEntry): void;
  /** A line that belongs to no entry. */
  stray(line: LogLine): void;
}

/** Reads one file from its first byte on; holds at most one entry. */
export interface LogReader {
  push(chunk: Uint8Array): void;
  /** The file ends here. What was being written at that moment is no entry yet. */
  end(): void;
}

/**
 * Reads logs of one server; `clock` is shared by its files, so that what one shows of the zone serves the others.
 *
 * @param prefix how lines of `stderr` begin; absent: its lines belong to no entry
 */
export function startReader(
  format: LogFormat,
  listener: LogListener,
  { prefix, clock = startClock() }: { prefix?: LinePrefix | undefined; clock?: LogClock } = {},
): LogReader {
  const lines = startLines();
  const reader = entryReader(format, prefix, clock);
  return {
    push: (chunk) => {
      for (const line of lines.push(chunk)) {
        const { entries, stray } = reader.push(line);
        for (const entry of entries) listener.entry(entry);
        for (const one of stray) listener.stray(one);
      }
    },
    end: () => {
      for (const entry of reader.last()) listener.entry(entry);
      // With an unfinished line behind them, they are the beginning of an entry that is being written.
      if (lines.rest() === 0) for (const line of reader.rest()) listener.stray(line);
    },
  };
}

function entryReader(format: LogFormat, prefix: LinePrefix | undefined, clock: LogClock): EntryReader {
  switch (format) {
    case 'csvlog':
      return startCsv(clock);
    case 'jsonlog':
      return {
        push: (line) => {
          const entry = jsonEntryOf(line, clock);
          return entry === undefined ? { entries: [], stray: [line] } : { entries: [entry], stray: [] };
        },
        rest: () => [],
        last: () => [],
      };
    case 'stderr':
      return prefix === undefined
        ? { push: (line) => ({ entries: [], stray: [line] }), rest: () => [], last: () => [] }
        : startStderr(prefix, clock);
  }
}
