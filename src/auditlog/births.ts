import type { LogEntry } from './entry.ts';

/** When roles were made, as statements tell that `log_statement` wrote. */
export interface Births {
  entry(entry: LogEntry): void;
  value(): ReadonlyMap<string, number>;
}

interface Pending {
  readonly role: string;
  readonly atMs: number;
}

/** More than this at once do not wait for what follows them. */
const mostPending = 10_000;

/**
 * A statement is written before it runs: it has failed where an error follows, and has not once its session goes on to
 * something else. What stands in between is of the statement itself: notices, pgaudit's entry.
 */
export function startBirths(most: number): Births {
  const pending = new Map<string, Pending>();
  const births = new Map<string, number>();
  const settle = (session: string, before: Pending, entry: LogEntry): void => {
    const isFailed = failures.includes(entry.severity);
    if (!isFailed && !goesOn.test(entry.message)) return;
    pending.delete(session);
    if (!isFailed && (births.size < most || births.has(before.role))) births.set(before.role, before.atMs);
  };
  return {
    entry: (entry) => {
      const { session, atMs } = entry;
      if (session === undefined) return;
      if (pending.size > 0) {
        const before = pending.get(session);
        if (before !== undefined) settle(session, before, entry);
      }
      const role = madeBy(entry);
      if (role !== undefined && atMs !== undefined && pending.size < mostPending)
        pending.set(session, { role, atMs });
    },
    value: () => births,
  };
}

/** What `log_statement`, `log_duration` and `log_disconnections` write of what came next, or when it was over. */
const goesOn = /^(?:statement|execute [^:]{0,128}|fastpath function call|disconnection|duration): /;

/** In `stderr`, that a function raised the words shows in the part behind them. */
const failures: readonly string[] = ['ERROR', 'FATAL', 'PANIC', 'CONTEXT'];

const making =
  /^statement:\s+create\s+(?:role|user|group)\s+(?!mapping\s)(?:"((?:[^"]|"")+)"|([a-z_\u0080-\uffff][\w$\u0080-\uffff]*))/i;

function madeBy({ severity, message, raised }: LogEntry): string | undefined {
  if (severity !== 'LOG' || raised || !message.startsWith('statement: ')) return undefined;
  const [, quoted, plain] = making.exec(message.slice(0, headLength)) ?? [];
  return quoted?.replaceAll('""', '"') ?? plain?.toLowerCase();
}

/** Names have 63 bytes. */
const headLength = 512;
