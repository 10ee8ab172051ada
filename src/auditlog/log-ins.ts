import { AssayError } from '../model/index.ts';
import { startBirths } from './births.ts';
import type { LogClock } from './clock.ts';
import { isDisconnection, isLogIn, isServerStart, isWordOfServer, type LogEntry } from './entry.ts';
import type { LogIns } from './facts/log-ins.ts';
import { startNumbering } from './numbering.ts';

/** What a window of the log says of log-ins; holds the last of each role, and the sessions that are open. */
export interface LogInWatch {
  entry(entry: LogEntry): void;
  /** A line that belongs to no entry, or a file that was not read; `atMs`: when it was last written, if known. */
  hole(atMs?: number): void;
  /** Whether the window has the log-in of our own session: log-ins are written now, and this is the log of the server. */
  isCurrent(): boolean;
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
  /** From the first entry on, up to our own log-in. */
  readonly whole: boolean;
}

const mostRoles = 100_000;
/** Entries of sessions that wait for each other stand side by side; a clock that was set back goes further. */
const stepBackMs = 60_000;

/**
 * @param own the session whose log-in shows that the log is the one that is being written
 * @param reliable its entries are numbered by session, and log-ins are logged now
 * @param clock that of the reader
 */
export function startLogIns(
  own: string,
  { reliable, clock }: { readonly reliable: boolean; readonly clock: LogClock },
): LogInWatch {
  const last = new Map<string, number>();
  const births = startBirths(mostRoles);
  const numbering = startNumbering();
  let lastEntryMs = 0;
  let sinceMs = reliable ? undefined : Number.POSITIVE_INFINITY;
  let isBroken = !reliable;
  let letIn = false;
  /** Of the last entry before the server started again, until it says when it had stopped. */
  let runEndMs: number | undefined;
  let first: LogEntry | undefined;
  let isNameless = false;
  let isOverfull = false;
  let ownSeen = false;
  /** What stands before it is not all there was, and an earlier entry may have a later time. */
  const breakAt = (atMs: number): void => {
    isBroken = true;
    sinceMs = Math.max(sinceMs ?? 0, atMs, lastEntryMs);
  };
  const noteUse = ({ user, atMs = 0 }: LogEntry): void => {
    if (user === undefined) isNameless = true;
    else if (last.size < mostRoles || last.has(user)) last.set(user, Math.max(last.get(user) ?? 0, atMs));
    else isOverfull = true;
  };
  const isHole = (entry: LogEntry): boolean => {
    const goesOn = numbering.goesOn(entry);
    // What was written down before the server started again need not have been written by the same settings.
    const isStart = isServerStart(entry);
    const isBlind = isStart && !letIn && entry.session !== first?.session;
    if (isStart) {
      letIn = false;
      runEndMs = lastEntryMs;
    }
    const isBack = entry.atMs === undefined || entry.atMs < lastEntryMs - stepBackMs;
    return !goesOn || isBlind || isBack || changesLogging(entry) || ranUnseen(entry) || hidesLogIn(entry);
  };
  /** It stopped later than the log knows: in between it ran and wrote elsewhere, or nothing. */
  const ranUnseen = (entry: LogEntry): boolean => {
    if (runEndMs === undefined || !isWordOfServer(entry)) return false;
    const stopped = stops.exec(entry.message)?.[1];
    if (stopped === undefined) return false;
    const stoppedMs = clock.utcMs(stopped) ?? Number.POSITIVE_INFINITY;
    const isLater = stoppedMs > runEndMs + 1000;
    runEndMs = undefined;
    return isLater;
  };
  const begin = (entry: LogEntry): void => {
    first = entry;
    numbering.goesOn(entry);
    sinceMs = Math.max(sinceMs ?? 0, entry.atMs ?? Number.POSITIVE_INFINITY);
  };
  return {
    entry: (entry) => {
      if (first === undefined) begin(entry);
      else if (isHole(entry)) breakAt(entry.atMs ?? Number.POSITIVE_INFINITY);
      births.entry(entry);
      lastEntryMs = Math.max(lastEntryMs, entry.atMs ?? 0);
      const isIn = isLogIn(entry);
      letIn ||= isIn;
      ownSeen ||= isIn && entry.session === own;
      if (isIn || isDisconnection(entry)) noteUse(entry);
    },
    hole: (atMs) => breakAt(atMs ?? lastEntryMs),
    isCurrent: () => ownSeen,
    seen: () => {
      if (isOverfull) throw tooManyRoles();
      return {
        last,
        whole: ownSeen && !isNameless && !isBroken && first?.atMs !== undefined,
        births: births.value(),
        ...(first === undefined || sinceMs === undefined || !Number.isFinite(sinceMs) || isNameless
          ? {}
          : { sinceMs }),
      };
    },
  };
}

const stops =
  /^database system was (?:shut down (?:in recovery )?at|interrupted; last known up at|interrupted while in recovery at log time) (\S+ \S+ \S+)$/;

/** What decides whether a log-in has its entry in this form. */
const changesLogging = (entry: LogEntry): boolean =>
  isWordOfServer(entry) &&
  /^parameter "(?:log_connections|log_destination|log_min_messages)" /.test(entry.message);

/** Words of a log-in that anybody may have written, and that may be those of a real one. */
const hidesLogIn = ({ raised, message }: LogEntry): boolean =>
  raised && message.includes('connection authorized: ');

/** A role that may log in. */
export interface LogInRole {
  readonly role: string;
  /** It has a session now. */
  readonly connected: boolean;
}

const dayMs = 86_400_000;
/** What stands in the log after the server was asked for its time; beyond that, its clock went wrong once. */
const aheadMs = 3_600_000;

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
    if ((seen.last.get(role) ?? 0) > atMs + aheadMs) return undefined;
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
