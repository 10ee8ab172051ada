import { AssayError } from '../model/index.ts';
import { startBirths } from './births.ts';
import { isDisconnection, isLogIn, isServerStart, isWordOfServer, type LogEntry } from './entry.ts';
import type { LogIns } from './facts/log-ins.ts';
import { startNumbering } from './numbering.ts';

/** What a window of the log says of log-ins; holds the last of each role, and the sessions that are open. */
export interface LogInWatch {
  entry(entry: LogEntry): void;
  /** A line that belongs to no entry, or a file that was not read; `atMs`: when it was last written, if known. */
  hole(atMs?: number): void;
  /** Whether the window has an entry of a session. */
  has(session: string): boolean;
  seen(): LogInsSeen;
}

/** What is known once all of it was read. */
export interface LogInsSeen {
  /** The last time that each role was let in, or a session of it ended. */
  readonly last: ReadonlyMap<string, number>;
  /** When the log says that a role was made. */
  readonly births: ReadonlyMap<string, number>;
  /** From then on every log-in has its entry, as far as the log itself can tell; absent: never. */
  readonly sinceMs?: number;
  /** From the first entry on. */
  readonly whole: boolean;
}

const mostRoles = 100_000;

/**
 * @param own the session whose entry shows that the log is the one that is being written
 * @param reliable its entries are numbered by session, and log-ins are logged now
 */
export function startLogIns(own: string, { reliable }: { readonly reliable: boolean }): LogInWatch {
  const last = new Map<string, number>();
  const births = startBirths();
  const numbering = startNumbering();
  let lastEntryMs = 0;
  let sinceMs = reliable ? undefined : Number.POSITIVE_INFINITY;
  let letIn = false;
  let first: LogEntry | undefined;
  let isNameless = false;
  let ownSeen = false;
  const breakAt = (atMs: number): void => {
    sinceMs = Math.max(sinceMs ?? 0, atMs);
  };
  const noteUse = ({ user, atMs = 0 }: LogEntry): void => {
    if (user === undefined) {
      isNameless = true;
      return;
    }
    last.set(user, Math.max(last.get(user) ?? 0, atMs));
    if (last.size > mostRoles) throw tooManyRoles();
  };
  const isHole = (entry: LogEntry): boolean => {
    const goesOn = numbering.goesOn(entry);
    const isFirst = first === undefined;
    first ??= entry;
    // What was written down before the server started again need not have been written by the same settings.
    const isStart = isServerStart(entry);
    const isBlind = isStart && !letIn && entry.session !== first.session;
    if (isStart) letIn = false;
    return isFirst || !goesOn || isBlind || changesLogging(entry);
  };
  return {
    entry: (entry) => {
      ownSeen ||= entry.session === own;
      if (isHole(entry)) breakAt(entry.atMs ?? Number.POSITIVE_INFINITY);
      births.entry(entry);
      lastEntryMs = Math.max(lastEntryMs, entry.atMs ?? 0);
      const isIn = isLogIn(entry);
      letIn ||= isIn;
      if (isIn || isDisconnection(entry)) noteUse(entry);
    },
    hole: (atMs) => breakAt(atMs ?? lastEntryMs),
    has: (session) => session === own && ownSeen,
    seen: () => ({
      last,
      whole: !isNameless && first?.atMs !== undefined && sinceMs === first.atMs,
      births: births.value(),
      ...(first === undefined || sinceMs === undefined || !Number.isFinite(sinceMs) || isNameless
        ? {}
        : { sinceMs }),
    }),
  };
}

/** What decides whether a log-in has its entry in this form. */
const changesLogging = (entry: LogEntry): boolean =>
  isWordOfServer(entry) &&
  /^parameter "(?:log_connections|log_destination|log_min_messages)" /.test(entry.message);

/** A role that may log in. */
export interface LogInRole {
  readonly role: string;
  /** It has a session now. */
  readonly connected: boolean;
}

const dayMs = 86_400_000;

/** @param current the log reaches up to the look */
export function logInsOf(
  roles: readonly LogInRole[],
  seen: LogInsSeen,
  { atMs, days, current }: { readonly atMs: number; readonly days: number; readonly current: boolean },
): LogIns {
  const windowStartMs = atMs - days * dayMs;
  const sinceMs = current ? (seen.sinceMs ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;
  const daysSince = (ms: number): number => Math.max(0, Math.floor((atMs - ms) / dayMs));
  const idleDays = ({ role, connected }: LogInRole): number | undefined => {
    if (connected) return 0;
    const lastMs = Math.max(seen.last.get(role) ?? 0, seen.births.get(role) ?? 0);
    const isKnown = lastMs > 0 && (lastMs >= sinceMs || daysSince(lastMs) < days);
    if (isKnown) return daysSince(lastMs);
    return sinceMs <= windowStartMs ? days : undefined;
  };
  return {
    days,
    ...(Number.isFinite(sinceMs) ? { wholeSince: new Date(sinceMs).toISOString() } : {}),
    roles: roles.map((one) => {
      const idle = idleDays(one);
      const made = seen.births.has(one.role);
      return {
        role: one.role,
        logIn: one.connected || seen.last.has(one.role),
        ...(made ? { made } : {}),
        ...(idle === undefined ? {} : { idleDays: idle }),
      };
    }),
  };
}

function tooManyRoles(): AssayError {
  return new AssayError('ERR_TOO_LARGE', `expected log-ins of at most ${mostRoles} roles, got more`, {
    remedy: 'make log: log-in-days of the target shorter',
  });
}
