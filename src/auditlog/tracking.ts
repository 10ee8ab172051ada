import { createHash } from 'node:crypto';
import { AssayError } from '../model/index.ts';
import {
  isAuthorisation,
  isDisconnection,
  isFatal,
  isWordOfServer,
  type LogEntry,
  type LogFormat,
  startOfSession,
} from './entry.ts';
import { addNumber, type Runs } from './runs.ts';

/** What is kept of a session, as long as the look lasts. */
export interface SessionTrack {
  readonly runs: Runs;
  readonly startMs: number;
  lastMs?: number;
  /** When it was let in, and to which database. */
  authorizedMs?: number;
  database?: string;
  /** Refused right after it was let in: the server does not count it. */
  refused?: true;
  ended?: true;
  /** The server itself: in `stderr` its first lines go where they went before its collector ran. */
  server?: true;
  /** Of its entries so far, in order. */
  digest?: string;
}

/** What is kept of one destination. */
export interface DestinationTrack {
  readonly destination: LogFormat;
  readonly sessions: ReadonlyMap<string, SessionTrack>;
  /** Whether its entries have numbers by session: of stderr, as its prefix says. */
  readonly numbered: boolean;
  readonly files: number;
  readonly entries: number;
  readonly malformed: number;
  /** Entries without a session or a number. */
  readonly unnumbered: number;
  readonly firstMs?: number;
  /** Of the first entry that lies within the window, to the second; absent: none does. */
  readonly firstInsideMs?: number;
  readonly lastMs?: number;
  readonly stepsBack: number;
  readonly longestSilenceMs: number;
  /** Until when sessions may have ended without a word: the server crashed or was stopped at once. */
  readonly crashMs: number;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** More sessions than this in one window are not kept in memory. */
const mostSessions = 500_000;
/** Backends write side by side: an entry may stand behind one that is a little later. */
const stepBackMs = 1000;

export interface TrackOptions {
  readonly numbered?: boolean;
  /** Beginning of the window; absent: all of it counts. */
  readonly windowStartMs?: number;
  /** Whether entries are to be compared with those of another destination: those before this instant. */
  readonly digestBeforeMs?: number | undefined;
}

/** Follows the sessions of one destination over its files. */
export function startTracking(
  destination: LogFormat,
  { numbered = true, windowStartMs = 0, digestBeforeMs }: TrackOptions = {},
) {
  const sessions = new Map<string, SessionTrack>();
  const insideMs = wholeSecond(windowStartMs);
  const track: Writable<DestinationTrack> = {
    destination,
    sessions,
    numbered,
    files: 0,
    entries: 0,
    malformed: 0,
    unnumbered: 0,
    stepsBack: 0,
    longestSilenceMs: 0,
    crashMs: 0,
  };
  let beforeMs: number | undefined;
  return {
    track: track as DestinationTrack,
    file: (): void => {
      track.files++;
      beforeMs = undefined;
    },
    stray: (): void => {
      track.malformed++;
    },
    entry: (entry: LogEntry): void => {
      if (entry.primary) track.entries++;
      if (entry.atMs !== undefined) {
        passTime(track, entry.atMs, beforeMs);
        if (entry.atMs >= insideMs)
          track.firstInsideMs = Math.min(track.firstInsideMs ?? entry.atMs, entry.atMs);
        beforeMs = entry.atMs;
        if (isCrash(entry)) track.crashMs = Math.max(track.crashMs, entry.atMs);
      }
      const session = sessionOf(sessions, entry);
      if (session === undefined) track.unnumbered++;
      else follow(session, entry, digestBeforeMs);
    },
  };
}

/** A form whose times are whole seconds has the same entries from there on as one whose times are not. */
const wholeSecond = (ms: number): number => Math.floor(ms / 1000) * 1000;

function passTime(track: Writable<DestinationTrack>, atMs: number, beforeMs: number | undefined): void {
  track.firstMs = Math.min(track.firstMs ?? atMs, atMs);
  track.lastMs = Math.max(track.lastMs ?? atMs, atMs);
  if (beforeMs === undefined) return;
  if (atMs < beforeMs - stepBackMs) track.stepsBack++;
  track.longestSilenceMs = Math.max(track.longestSilenceMs, atMs - beforeMs);
}

function sessionOf(
  sessions: Map<string, SessionTrack>,
  { session, line }: LogEntry,
): SessionTrack | undefined {
  if (session === undefined || line === undefined) return undefined;
  const known = sessions.get(session);
  if (known !== undefined) {
    addNumber(known.runs, line);
    return known;
  }
  const start = startOfSession(session);
  if (start === undefined) return undefined;
  if (sessions.size >= mostSessions) throw tooMany();
  const fresh: SessionTrack = { runs: { from: line, to: line }, startMs: start * 1000 };
  sessions.set(session, fresh);
  return fresh;
}

function follow(track: SessionTrack, entry: LogEntry, digestBeforeMs: number | undefined): void {
  const { atMs } = entry;
  if (atMs !== undefined) track.lastMs = Math.max(track.lastMs ?? atMs, atMs);
  mark(track, entry);
  if (digestBeforeMs !== undefined && atMs !== undefined && atMs < digestBeforeMs)
    track.digest = digestOf(track.digest, entry);
}

function mark(track: SessionTrack, entry: LogEntry): void {
  const { atMs, user, database, severity, message } = entry;
  if (isAuthorisation(entry)) {
    if (atMs !== undefined) track.authorizedMs = atMs;
    if (database !== undefined) track.database = database;
  } else if (isDisconnection(entry)) track.ended = true;
  else if (isFatal(entry)) {
    track.ended = true;
    if (isRefusedAfter(entry)) track.refused = true;
  } else if (severity === 'LOG' && user === undefined && serverWords.test(message)) track.server = true;
}

/** What only the first process of a server says, once it is up. */
const serverWords =
  /^(?:starting PostgreSQL |listening on |database system is ready to accept|received (?:fast|smart|immediate) shutdown|received SIGHUP|redirecting log output)/;

const digestOf = (before: string | undefined, { line, time, severity, message }: LogEntry): string =>
  createHash('sha256')
    .update(`${before ?? ''}\n${line} ${time} ${severity}\n${message.slice(0, comparedLength)}`)
    .digest('base64');

const comparedLength = 4096;

/** Between being let in and the first query: no such database, no right to connect, too many connections. */
const isRefusedAfter = ({ sqlState, tag, message }: LogEntry): boolean =>
  tag === 'startup' ||
  tag === 'authentication' ||
  (tag === undefined && sqlState === undefined && !message.startsWith('terminating connection'));

/** A session that was authorised, and ended before its first query: under `trust` its role need not even be there. */
export const isRefusal = (entry: LogEntry): boolean => isFatal(entry) && isRefusedAfter(entry);

const crashes =
  /^(?:database system was (?:interrupted|not properly shut down)|received immediate shutdown request|server process \(PID \d+\) (?:was terminated|exited)|.{1,80} \(PID \d+\) was terminated by signal)/;

const isCrash = (entry: LogEntry): boolean => isWordOfServer(entry) && crashes.test(entry.message);

function tooMany(): AssayError {
  return new AssayError(
    'ERR_TOO_LARGE',
    `expected at most ${mostSessions} sessions in the window of the log, got more`,
    { remedy: 'make log: window-hours of the target shorter' },
  );
}
