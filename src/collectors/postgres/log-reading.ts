import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { type ActorCount, startActors } from '../../auditlog/actors.ts';
import { lateBeginnings } from '../../auditlog/beginnings.ts';
import { auditClassOf } from '../../auditlog/classes.ts';
import { startClock } from '../../auditlog/clock.ts';
import type { ServerCount } from '../../auditlog/continuity.ts';
import { type LogEntry, type LogFormat, sessionId } from '../../auditlog/entry.ts';
import { type FieldCount, startFields } from '../../auditlog/fields.ts';
import { type LogInWatch, startLogIns } from '../../auditlog/log-ins.ts';
import { type MatchCount, startMatches } from '../../auditlog/matches.ts';
import { type LogReader, startReader } from '../../auditlog/reader.ts';
import { initialisedMs } from '../../auditlog/retention.ts';
import { type DestinationTrack, startTracking } from '../../auditlog/tracking.ts';
import { AssayError, type Completeness, type EvidenceItem, type LogSource } from '../../model/index.ts';
import { logClockQuery, logCountsQuery, logSettingsQuery } from '../../postgres/log.ts';
import { isFor } from '../../postgres/query.ts';
import { integerOf, optionalTextOf, type Row, textOf } from '../../postgres/row.ts';
import type { CollectContext } from '../collector.ts';
import { networkFailure } from '../network-error.ts';
import { type Asking, startAsking } from './asking.ts';
import { notPostgres } from './database-error.ts';
import { countOf, type LogFile, type LogFolder, localFolder, logAccess, remoteFolder } from './log-files.ts';
import { type LogSettings, readLogSettings } from './log-settings.ts';
import type { PostgresSession } from './session.ts';

/** All that one look says of a log: it is read once for every fact. */
export interface LogReading {
  readonly settings: LogSettings;
  readonly server: ServerCount;
  readonly tracks: readonly DestinationTrack[];
  readonly fields: FieldCount;
  readonly actors: ActorCount;
  readonly logIns: LogInWatch;
  /** The form that fields and actors were counted in. */
  readonly fieldsOf: LogFormat;
  readonly matches: MatchCount;
  readonly files: number;
  readonly oldestMs: number | undefined;
  /** What keeps the window from being wholly read. */
  readonly missing: Completeness['missing'];
  readonly requests: readonly string[];
  readonly evidence: readonly EvidenceItem[];
}

/** What one look reads at most. */
const mostBytes = 1024 * 1024 * 1024;
/** A session ends in the server’s list a moment before its last entry is written. */
const settleMs = 1000;
const hourMs = 3_600_000;

export async function readLog(
  session: PostgresSession,
  source: LogSource,
  context: CollectContext,
): Promise<LogReading> {
  const asking = startAsking();
  const { settings, folder, sessions } = await enterLog(session, source, asking);
  const before = await serverCount(session, source, settings, sessions, asking);
  await settle(context.signal);
  const { files, others } = await folder.list();
  if (files.length === 0) throw noFiles(source);
  const inWindow = files.filter(({ modifiedMs }) => modifiedMs >= before.windowStartMs);
  refuseTooMuch(inWindow, mostBytes, 'window-hours');
  const pass = startPass(settings, before);
  for (const file of [...inWindow].sort(byAge)) await pass.read(file, context.signal);
  const tracks = pass.tracks();
  const current =
    source.folder === undefined ||
    (settings.connections && tracks.some((track) => track.sessions.has(before.own)));
  return {
    settings,
    server: { ...before, current },
    tracks,
    fields: pass.fields,
    actors: pass.actors,
    logIns: pass.logIns,
    fieldsOf: pass.fieldsOf,
    matches: pass.matches,
    files: files.length,
    oldestMs: await oldestOf(files, settings),
    missing: [
      ...missingOf(settings, tracks, files, { ...before, current }),
      ...unread(others.filter(({ modifiedMs }) => modifiedMs >= before.windowStartMs)),
    ],
    requests: asking.requests,
    evidence: [...asking.evidence, pass.evidence()],
  };
}

/** Until what was said so far stands in the files. */
export async function settle(signal: AbortSignal): Promise<void> {
  await wait(settleMs, undefined, { signal }).catch(() => {
    throw networkFailure('interrupted', 'the log');
  });
}

/** How a log is got at. */
export interface LogEntrance {
  readonly settings: LogSettings;
  readonly folder: LogFolder;
  readonly sessions: Parameters<Asking['ask']>[1];
}

/** @throws AssayError ERR_LOG where the server keeps no log that could be read there, ERR_DENIED */
export async function enterLog(
  session: PostgresSession,
  source: LogSource,
  asking: Asking,
): Promise<LogEntrance> {
  const settings = await readLogSettings(session, asking);
  const remote = source.folder === undefined;
  if (remote && settings.all['logging_collector'] !== 'on') throw notCollected();
  const access = await logAccess(session, asking, { files: remote });
  const folder =
    source.folder === undefined ? remoteFolder(session, access, asking) : localFolder(source.folder);
  return { settings, folder, sessions: access.sessions };
}

interface Before extends Omit<ServerCount, 'current'> {
  /** When the server's data were initialised, where that may be known. */
  readonly bornMs: number | undefined;
  /** Our own session. */
  readonly own: string;
}

/** Up to version 14 a process of its own counts sessions, from messages that they leave: later where it is busy. */
const collector = { last: 14, lateMs: 2000 } as const;

async function serverCount(
  session: PostgresSession,
  source: LogSource,
  settings: LogSettings,
  sessionsQuery: LogEntrance['sessions'],
  asking: Asking,
): Promise<Before> {
  const [clock] = await asking.ask(session, logClockQuery);
  if (clock === undefined) throw notPostgres('the server');
  const alive = await asking.ask(session, sessionsQuery);
  const counts = isFor(logCountsQuery, session.major) ? await asking.ask(session, logCountsQuery) : undefined;
  const atMs = countOf(clock, 'at_ms');
  const identifier = session.identity['system-identifier'];
  return {
    atMs,
    windowStartMs: atMs - source.windowHours * hourMs,
    windowHours: source.windowHours,
    bornMs: identifier === undefined ? undefined : initialisedMs(identifier),
    own: sessionId(countOf(clock, 'backend_started'), integerOf(clock, 'pid')),
    alive: new Set(alive.map((row) => sessionId(countOf(row, 'started'), integerOf(row, 'pid')))),
    ...(counts === undefined ? {} : { databases: counts.map(countedOf) }),
    ...(session.major > collector.last ? {} : { countingMs: collector.lateMs }),
    logs: { connections: settings.connections, ends: settings.disconnections },
  };
}

function countedOf(row: Row): NonNullable<ServerCount['databases']>[number] {
  return {
    database: textOf(row, 'database'),
    sessions: countOf(row, 'sessions'),
    ...(optionalTextOf(row, 'reset_ms') === undefined ? {} : { resetMs: countOf(row, 'reset_ms') }),
  };
}

/** The oldest first, in the order in which they were written. */
export const byAge = (a: LogFile, b: LogFile): number =>
  a.modifiedMs - b.modifiedMs || (a.name < b.name ? -1 : 1);

/** Whether lines of `stderr` have the numbers of their sessions. */
const isNumbering = ({ prefix }: LogSettings): boolean =>
  prefix?.fields.has('session') === true && prefix.fields.has('line');

/** The form that has the names of users apart from other text, where it is written. */
export const fullestOf = ({ formats: [form = 'stderr'] }: LogSettings): LogFormat => form;

/** Whether that a log-in is not there says something: they are logged now, and entries are numbered by session. */
export const isReliable = (settings: LogSettings): boolean =>
  settings.connections && (fullestOf(settings) !== 'stderr' || isNumbering(settings));

export interface FileRead {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

function startPass(settings: LogSettings, { atMs, windowStartMs, own }: Before) {
  const clock = startClock();
  const matches = startMatches();
  const fields = startFields();
  const actors = startActors(windowStartMs);
  const logIns = startLogIns(own, { reliable: isReliable(settings), clock });
  const both = settings.formats.includes('csvlog') && settings.formats.includes('jsonlog');
  const trackers = settings.formats.map((format) =>
    startTracking(format, {
      numbered: format !== 'stderr' || isNumbering(settings),
      windowStartMs,
      digestBeforeMs: both && format !== 'stderr' ? atMs - settleMs : undefined,
    }),
  );
  const fieldsOf = fullestOf(settings);
  const files: FileRead[] = [];
  return {
    matches,
    fields,
    actors,
    logIns,
    fieldsOf,
    tracks: () => trackers.map(({ track }) => track).filter((track) => track.files > 0),
    read: async (file: LogFile, signal: AbortSignal): Promise<void> => {
      const { name, format } = file;
      const tracker = trackers.find(({ track }) => track.destination === format);
      const count = (entry: LogEntry): void => {
        const kind = auditClassOf(entry);
        fields.entry(entry, kind);
        actors.entry(entry, kind);
        logIns.entry(entry);
      };
      tracker?.file();
      const reader = startReader(
        format,
        {
          entry: (entry) => {
            tracker?.entry(entry);
            if (format === fieldsOf) count(entry);
            matches.entry(entry, name);
          },
          stray: (line) => {
            tracker?.stray();
            if (format === fieldsOf) logIns.hole();
            matches.stray(line, name);
          },
        },
        { prefix: settings.prefix, clock },
      );
      files.push(await readWhole(file, reader, signal));
    },
    evidence: () => filesEvidence(files),
  };
}

/** @throws AssayError ERR_LOG where the file became shorter meanwhile */
export async function readWhole(file: LogFile, reader: LogReader, signal: AbortSignal): Promise<FileRead> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of file.chunks(0)) {
    if (signal.aborted) throw networkFailure('interrupted', 'the log');
    hash.update(chunk);
    bytes += chunk.length;
    reader.push(chunk);
  }
  reader.end();
  if (bytes < file.bytes) throw cutShort(file.name);
  return { name: file.name, bytes, sha256: hash.digest('hex') };
}

/** What was read, so that the same files show the same again; nothing of what stands in them. */
export function filesEvidence(files: readonly FileRead[]): EvidenceItem {
  return {
    title: 'files of the log that were read',
    mediaType: 'application/json',
    extension: 'json',
    bytes: Buffer.from(`[${files.map((file) => `\n${JSON.stringify(file)}`).join(',')}\n]\n`),
  };
}

const headBytes = 64 * 1024;

/** Time of the first entry of the oldest file. */
async function oldestOf(files: readonly LogFile[], settings: LogSettings): Promise<number | undefined> {
  for (const file of [...files].sort(byAge)) {
    let first: number | undefined;
    const listener = {
      entry: ({ atMs }: { readonly atMs?: number }) => {
        first ??= atMs;
      },
      stray: () => undefined,
    };
    const reader = startReader(file.format, listener, { prefix: settings.prefix });
    let bytes = 0;
    for await (const chunk of file.chunks(0)) {
      reader.push(chunk);
      bytes += chunk.length;
      if (first !== undefined || bytes >= headBytes) break;
    }
    if (first !== undefined) return first;
  }
  return undefined;
}

function missingOf(
  { formats, elsewhere }: LogSettings,
  tracks: readonly DestinationTrack[],
  files: readonly LogFile[],
  { windowStartMs, bornMs, current }: Before & { readonly current: boolean },
): Completeness['missing'] {
  const read = (format: LogFormat) => tracks.find(({ destination }) => destination === format);
  const reaches = (track: DestinationTrack): boolean =>
    (bornMs ?? 0) >= windowStartMs ||
    (track.firstMs ?? Number.POSITIVE_INFINITY) <= windowStartMs ||
    files.some(({ format, modifiedMs }) => format === track.destination && modifiedMs < windowStartMs);
  return [
    ...elsewhere.map((what) => ({ what, why: 'the server writes its log there too, where it was not read' })),
    ...formats
      .filter((format) => read(format) === undefined)
      .map((what) => ({ what, why: 'log_destination has it, and no file of it reaches into the window' })),
    ...tracks
      .filter((track) => !reaches(track))
      .map(({ destination }) => ({
        what: `the beginning of the window in ${destination}`,
        why: 'its oldest file begins later, and the server was there before',
      })),
    ...lateBeginnings(tracks),
    ...tracks
      .filter(({ entries, firstMs }) => entries > 0 && firstMs === undefined)
      .map(({ destination }) => ({
        what: `times of ${destination}`,
        why: 'they have none, or one in a zone that is not known: set log_timezone to UTC',
      })),
    ...(current
      ? []
      : [
          {
            what: 'the end of the window',
            why: 'the files do not have our own session: they are older copies or of another server, or log_connections is off',
          },
        ]),
  ];
}

/** Names may hold anything, so they are counted. */
function unread({ length }: readonly unknown[]): Completeness['missing'] {
  const why =
    'they are packed, are links, or have other signs in their names than letters, digits and _ . @ - and blanks';
  return length === 0 ? [] : [{ what: `${length} files of the window that were not read`, why }];
}

/** @throws AssayError ERR_TOO_LARGE, which names the key of the target that says how much is read */
export function refuseTooMuch(files: readonly LogFile[], most: number, key: string): void {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  if (bytes <= most) return;
  throw new AssayError('ERR_TOO_LARGE', `expected at most ${most} bytes of log in the window, got ${bytes}`, {
    remedy: `make log: ${key} of the target shorter, or leave it out`,
  });
}

export function noFiles({ folder }: LogSource): AssayError {
  return new AssayError(
    'ERR_LOG',
    `expected files that end with .log, .csv or .json in ${folder ?? 'log_directory'}, got none`,
    { remedy: 'correct log: folder of the target, or let log_filename end with .log' },
  );
}

function notCollected(): AssayError {
  return new AssayError(
    'ERR_LOG',
    'expected a server that keeps its log in files, got logging_collector off',
    {
      remedy:
        'name the folder in which the log is kept in log: folder of the target, or turn logging_collector on',
    },
  );
}

function cutShort(name: string): AssayError {
  return new AssayError(
    'ERR_LOG',
    `expected ${name} to stay while it was read, got fewer bytes than it had`,
    {
      remedy: 'scan again: the file may have been rotated meanwhile',
    },
  );
}

/** Queries that every fact of a log begins with. */
export const logOpeningQueries = [logSettingsQuery, logClockQuery, logCountsQuery] as const;
