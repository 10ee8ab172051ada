import { continuityOf } from '../../auditlog/continuity.ts';
import { retentionOf } from '../../auditlog/retention.ts';
import type { DestinationTrack } from '../../auditlog/tracking.ts';
import { AssayError, type Completeness } from '../../model/index.ts';
import { logAccessQuery, logQueries } from '../../postgres/log.ts';
import type { Collected, FactCollector } from '../collector.ts';
import { type LogReading, logOpeningQueries } from './log-reading.ts';
import type { LogSession } from './log-session.ts';
import { verbatim } from './verbatim.ts';

/** What reading the log asks; its lines are counted as they come, and nothing of them is kept. */
const plan = {
  requests: [
    ...verbatim(
      ...logOpeningQueries,
      logAccessQuery,
      ...Object.values(logQueries).flatMap(({ direct, granted }) => [direct, granted]),
    ),
    'where the target names a folder: the files of the log in that folder, instead of the last two',
  ],
  connections: 0,
} as const;

const withheld = [
  'the text of every entry: it may hold secrets and personal data; only counts and places are kept',
];

type Derived = Pick<Collected, 'value' | 'completeness'>;

const fromReading = (
  fact: string,
  derive: (reading: LogReading, session: LogSession) => Derived,
): FactCollector<LogSession> => ({
  fact,
  needs: [],
  plan,
  collect: async (session) => {
    const reading = await session.reading();
    const { requests, evidence } = reading;
    return { ...derive(reading, session), method: 'EXAMINE', requests, evidence, withheld };
  },
});

const listOf = (
  list: string,
  { server, files }: LogReading,
  returned: number,
  missing: Completeness['missing'],
): Completeness => ({
  list,
  basis: `every entry of those of ${files} files that reach into the ${server.windowHours} hours before the look`,
  returned,
  missing,
});

export const continuity = fromReading('auditlog.continuity', (reading) => {
  const { tracks, server } = reading;
  if (tracks.length === 0) throw nothingRead();
  const missing = [...reading.missing, ...tracks.flatMap(strayIn)];
  const value = continuityOf(tracks, server);
  return { value, completeness: [listOf('/destinations', reading, value.destinations.length, missing)] };
});

export const fields = fromReading('auditlog.fields', (reading) => {
  if (!reading.settings.english) throw otherLanguage();
  const track = reading.tracks.find(({ destination }) => destination === reading.fieldsOf);
  if (track === undefined) throw nothingRead();
  const value = reading.fields.value();
  const missing = [...reading.missing, ...strayIn(track)];
  return { value, completeness: [listOf('/classes', reading, value.classes.length, missing)] };
});

export const actors = fromReading('auditlog.actors', (reading) => {
  const { settings, tracks, server } = reading;
  if (!settings.english) throw otherLanguage();
  const track = tracks.find(({ destination }) => destination === reading.fieldsOf);
  if (track === undefined) throw nothingRead();
  const { nameless } = reading.actors;
  const { whole } = reading.logIns.seen();
  const value = reading.actors.value({ hours: server.windowHours, told: settings.connections, whole });
  const unknown = { what: `${nameless} audit entries`, why: 'they do not tell the user' };
  const missing = [...reading.missing, ...strayIn(track), ...(nameless === 0 ? [] : [unknown])];
  return { value, completeness: [listOf('/actors', reading, value.actors.length, missing)] };
});

const strayIn = ({ destination, malformed }: DestinationTrack): Completeness['missing'] =>
  malformed === 0
    ? []
    : [{ what: `${malformed} lines of ${destination}`, why: 'they belong to no entry that could be read' }];

export const matches = fromReading('auditlog.matches', (reading) => {
  const value = reading.matches.value();
  const { cut } = reading.matches;
  const long = { what: `${cut} entries beyond their first 1 MiB`, why: 'no more is read of one entry' };
  const missing = [...reading.missing, ...(cut === 0 ? [] : [long])];
  return { value, completeness: [listOf('/detectors', reading, value.detectors.length, missing)] };
});

export const retention = fromReading('auditlog.retention', (reading, session) => {
  const { files, oldestMs, server, settings, tracks } = reading;
  if (oldestMs === undefined) throw nothingRead();
  const newest = tracks.flatMap(({ lastMs }) => lastMs ?? []);
  const systemIdentifier = session.identity['system-identifier'];
  const value = retentionOf({
    files,
    oldestMs,
    ...(newest.length === 0 ? {} : { newestMs: Math.max(...newest) }),
    atMs: server.atMs,
    ...(systemIdentifier === undefined ? {} : { systemIdentifier }),
    settings: settings.all,
  });
  return { value, completeness: [] };
});

function nothingRead(): AssayError {
  return new AssayError('ERR_LOG', 'expected entries of the server’s log, got none that could be read', {
    remedy:
      'let log_destination have csvlog, or log_line_prefix begin with %m, and keep the files of the window in place',
  });
}

export function otherLanguage(): AssayError {
  return new AssayError('ERR_LOG', 'expected a log in English, got lc_messages of another language', {
    remedy: 'set lc_messages to C: entries are told apart by the words of the server',
  });
}
