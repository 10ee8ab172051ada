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

/** A statement is written before it runs: it has failed where the next entry of its session is an error. */
export function startBirths(): Births {
  const pending = new Map<string, Pending>();
  const births = new Map<string, number>();
  return {
    entry: (entry) => {
      const { session, severity, atMs } = entry;
      if (session === undefined) return;
      const before = pending.get(session);
      if (before !== undefined) {
        pending.delete(session);
        if (!failures.includes(severity)) births.set(before.role, before.atMs);
      }
      const role = madeBy(entry);
      if (role !== undefined && atMs !== undefined && pending.size < mostPending)
        pending.set(session, { role, atMs });
    },
    value: () => births,
  };
}

const failures: readonly string[] = ['ERROR', 'FATAL', 'PANIC'];

const making =
  /^statement:\s+create\s+(?:role|user|group)\s+(?!mapping\s)(?:"((?:[^"]|"")+)"|([a-z_\u0080-\uffff][\w$\u0080-\uffff]*))/i;

function madeBy({ severity, message, raised }: LogEntry): string | undefined {
  if (severity !== 'LOG' || raised) return undefined;
  const [, quoted, plain] = making.exec(message.slice(0, headLength)) ?? [];
  return quoted?.replaceAll('""', '"') ?? plain?.toLowerCase();
}

/** Names have 63 bytes. */
const headLength = 512;
