import { isServerStart, type LogEntry, startOfSession } from './entry.ts';

/** More sessions than this are not kept: the longest known one is forgotten. */
const mostSessions = 200_000;

/** Follows the numbers of sessions over a long window, in which not all of them can be kept. */
export interface Numbering {
  /** Whether the entry is the one that its session was to have next. */
  goesOn(entry: LogEntry): boolean;
}

export function startNumbering(): Numbering {
  const next = new Map<string, number>();
  let firstMs: number | undefined;
  let forgot = false;
  const forget = (): void => {
    const [oldest] = next.keys();
    if (oldest === undefined) return;
    forgot = true;
    next.delete(oldest);
  };
  return {
    goesOn: (entry) => {
      const { session, line, atMs } = entry;
      if (session === undefined || line === undefined) return false;
      firstMs ??= atMs;
      const expected = next.get(session);
      // Moved to the end, so that the one that is forgotten is the one that has been silent longest.
      next.delete(session);
      next.set(session, line + 1);
      if (next.size > mostSessions) forget();
      if (expected !== undefined) return line === expected;
      // Of stderr, the first lines of a server go elsewhere.
      return line === 1 || forgot || isServerStart(entry) || beganBefore(session, firstMs);
    },
  };
}

function beganBefore(session: string, firstMs = Number.POSITIVE_INFINITY): boolean {
  const start = startOfSession(session);
  return start !== undefined && start * 1000 <= firstMs;
}
