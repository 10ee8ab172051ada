import { isServerStart, type LogEntry, startOfSession } from './entry.ts';

/** More sessions than twice this are not kept: those that have been silent longest are forgotten. */
const mostSessions = 100_000;

/** Follows the numbers of sessions over a long window, in which not all of them can be kept. */
export interface Numbering {
  /** Whether the entry is the one that its session was to have next. */
  goesOn(entry: LogEntry): boolean;
}

export function startNumbering(): Numbering {
  let next = new Map<string, number>();
  let before: ReadonlyMap<string, number> = new Map();
  let firstMs: number | undefined;
  let forgot = false;
  const note = (session: string, line: number): void => {
    next.set(session, line);
    if (next.size <= mostSessions) return;
    forgot ||= before.size > 0;
    before = next;
    next = new Map();
  };
  return {
    goesOn: (entry) => {
      const { session, line, atMs } = entry;
      if (session === undefined || line === undefined) return false;
      firstMs ??= atMs;
      const expected = next.get(session) ?? before.get(session);
      note(session, line + 1);
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
