import type { LogFormat } from './entry.ts';
import type { Continuity } from './facts/continuity.ts';
import { summaryOf } from './runs.ts';
import type { DestinationTrack, SessionTrack } from './tracking.ts';

type Destination = Continuity['destinations'][number];
type Database = Continuity['databases'][number];

/** What the server itself says of its sessions, at an instant before the files' lengths were taken. */
export interface ServerCount {
  readonly atMs: number;
  readonly windowStartMs: number;
  readonly windowHours: number;
  /** Ids of the sessions of clients that it has. */
  readonly alive: ReadonlySet<string>;
  /** Absent: PostgreSQL 13 and earlier, which do not count sessions. */
  readonly databases?: readonly {
    readonly database: string;
    readonly sessions: number;
    readonly resetMs?: number;
  }[];
  /** How long after its end a session may be counted; absent: it is counted at its end. */
  readonly countingMs?: number;
  readonly logs: { readonly connections: boolean; readonly ends: boolean };
  /** False: the files are copies that may end before the look. */
  readonly current: boolean;
}

export function continuityOf(tracks: readonly DestinationTrack[], server: ServerCount): Continuity {
  const databases = databasesOf(tracks, server);
  const lost = databases.flatMap(({ missing }) => missing ?? []);
  return {
    windowHours: server.windowHours,
    destinations: tracks.map((track) => destinationOf(track, server)),
    databases,
    ...(lost.length === 0 ? {} : { lostSessions: lost.reduce((sum, one) => sum + one, 0) }),
    ...agreementOf(tracks, server),
  };
}

const listedGaps = 100;

function destinationOf(track: DestinationTrack, server: ServerCount): Destination {
  const { destination, files, entries, sessions, malformed, firstMs, lastMs, stepsBack } = track;
  const numbers = isNumbered(track) ? numbersOf(track, server) : undefined;
  return {
    destination,
    numbered: track.numbered,
    files,
    entries,
    sessions: sessions.size,
    malformed,
    ...(firstMs === undefined ? {} : { firstEntry: instant(firstMs) }),
    ...(lastMs === undefined ? {} : { lastEntry: instant(lastMs) }),
    ...(numbers === undefined ? {} : { missing: numbers.missing, duplicates: numbers.duplicates }),
    gaps: numbers?.gaps ?? [],
    ...(numbers === undefined ? {} : againstServer(track, server)),
    stepsBack,
    ...(firstMs === undefined ? {} : { longestSilenceSeconds: Math.floor(track.longestSilenceMs / 1000) }),
  };
}

const isNumbered = ({ numbered, unnumbered }: DestinationTrack): boolean => numbered && unnumbered === 0;

const instant = (ms: number): string => new Date(ms).toISOString();

function numbersOf({ destination, sessions }: DestinationTrack, { windowStartMs }: ServerCount) {
  let missing = 0;
  let duplicates = 0;
  const gaps: Destination['gaps'][number][] = [];
  for (const [session, track] of sessions) {
    const whole = track.startMs >= windowStartMs && !(destination === 'stderr' && track.server === true);
    const summary = summaryOf(track.runs, whole);
    duplicates += summary.duplicates;
    for (const gap of summary.gaps) {
      missing += gap.missing;
      if (gaps.length < listedGaps) gaps.push({ session, ...gap });
    }
  }
  return { missing, duplicates, gaps };
}

/** Ids hold whole seconds, and a session is written down a moment after it began. */
const beginningMs = 2000;

function againstServer(
  track: DestinationTrack,
  { alive, logs, atMs, windowStartMs, current }: ServerCount,
): Pick<Destination, 'unfinished' | 'unlogged'> {
  if (!current) return {};
  const began = (startMs: number): boolean => startMs < atMs - beginningMs;
  const unfinished = [...track.sessions].filter(
    ([id, one]) =>
      one.authorizedMs !== undefined && began(one.startMs) && !alive.has(id) && !hasEnded(one, track),
  );
  const unlogged = [...alive].filter((id) => {
    const startMs = Number.parseInt(id, 16) * 1000;
    return startMs >= windowStartMs && began(startMs) && !track.sessions.has(id);
  });
  return {
    ...(logs.ends ? { unfinished: unfinished.length } : {}),
    ...(logs.connections ? { unlogged: unlogged.length } : {}),
  };
}

const hasEnded = ({ ended, lastMs, startMs }: SessionTrack, { crashMs }: DestinationTrack): boolean =>
  ended === true || (lastMs ?? startMs) <= crashMs;

function databasesOf(tracks: readonly DestinationTrack[], server: ServerCount): readonly Database[] {
  const track = tracks.find(isNumbered);
  return (server.databases ?? []).map(({ database, sessions: counted, resetMs }) => {
    const comparable =
      track?.firstMs !== undefined &&
      server.logs.connections &&
      server.current &&
      resetMs !== undefined &&
      resetMs >= Math.max(server.windowStartMs, track.firstMs);
    if (!comparable) return { database, comparable: false };
    const { authorized, around } = authorizedSince(track, database, resetMs, server.countingMs);
    return { database, comparable, counted, authorized, missing: Math.max(0, counted - authorized - around) };
  });
}

/** `around`: sessions that were there when the statistics were reset, which the server may have counted after it. */
function authorizedSince(
  { sessions }: DestinationTrack,
  database: string,
  sinceMs: number,
  countingMs = 0,
): { readonly authorized: number; readonly around: number } {
  let authorized = 0;
  let around = 0;
  for (const one of sessions.values()) {
    if (one.database !== database || one.authorizedMs === undefined || one.refused === true) continue;
    if (one.authorizedMs >= sinceMs) authorized++;
    else if (one.ended !== true || (one.lastMs ?? 0) >= sinceMs - countingMs) around++;
  }
  return { authorized, around };
}

const compared: readonly LogFormat[] = ['csvlog', 'jsonlog'];

function agreementOf(
  tracks: readonly DestinationTrack[],
  { windowStartMs, atMs }: ServerCount,
): Pick<Continuity, 'comparedSessions' | 'differingSessions'> {
  const [one, other] = compared.map((name) => tracks.find(({ destination }) => destination === name));
  if (one?.firstMs === undefined || other?.firstMs === undefined) return {};
  const sinceMs = Math.max(windowStartMs, one.firstMs, other.firstMs);
  const ids = new Set([...one.sessions.keys(), ...other.sessions.keys()]);
  const both = [...ids].filter((id) => {
    const track = one.sessions.get(id) ?? other.sessions.get(id);
    return track !== undefined && track.startMs >= sinceMs && track.startMs < atMs - beginningMs;
  });
  if (both.length === 0) return {};
  const differing = both.filter((id) => one.sessions.get(id)?.digest !== other.sessions.get(id)?.digest);
  return { comparedSessions: both.length, differingSessions: differing.length };
}
