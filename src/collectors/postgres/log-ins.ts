import { type LogClock, startClock } from '../../auditlog/clock.ts';
import { sessionId } from '../../auditlog/entry.ts';
import { type LogInRole, type LogInWatch, logInsOf, startLogIns } from '../../auditlog/log-ins.ts';
import { startReader } from '../../auditlog/reader.ts';
import { AssayError } from '../../model/index.ts';
import {
  logAccessQuery,
  logClockQuery,
  logInRolesQuery,
  logQueries,
  logSettingsQuery,
} from '../../postgres/log.ts';
import { integerOf, type Row, textOf, textsOf } from '../../postgres/row.ts';
import type { FactCollector } from '../collector.ts';
import { startAsking } from './asking.ts';
import { notPostgres } from './database-error.ts';
import { otherLanguage } from './log-facts.ts';
import { countOf, type LogFile, type LogFolder } from './log-files.ts';
import {
  byAge,
  enterLog,
  type FileRead,
  filesEvidence,
  fullestOf,
  isReliable,
  noFiles,
  readWhole,
  refuseTooMuch,
  settle,
} from './log-reading.ts';
import type { LogSession } from './log-session.ts';
import type { LogSettings } from './log-settings.ts';
import { verbatim } from './verbatim.ts';

/** What one look for log-ins reads at most. */
const mostBytes = 8 * 1024 ** 3;
/** Half of the time for the whole look, in timeouts: other facts of the log wait behind this one. */
const patience = 6;
const dayMs = 86_400_000;

export const logIns: FactCollector<LogSession> = {
  fact: 'auditlog.logIns',
  needs: [],
  plan: {
    connections: 0,
    requests: [
      ...verbatim(
        logSettingsQuery,
        logAccessQuery,
        logClockQuery,
        ...Object.values(logQueries.sessions),
        logInRolesQuery,
      ),
      'where the target has log-in-days: the files of the log, in one form, of so many days and the one before them',
    ],
  },
  collect: async (session, _read, { signal, timeoutMs }) => {
    const { source } = session;
    const days = source.logInDays;
    if (days === undefined) throw noDays();
    const asking = startAsking();
    const { settings, folder, sessions } = await enterLog(session, source, asking);
    if (!settings.english) throw otherLanguage();
    const [clock] = await asking.ask(session, logClockQuery);
    if (clock === undefined) throw notPostgres('the server');
    const atMs = countOf(clock, 'at_ms');
    const own = sessionId(countOf(clock, 'backend_started'), integerOf(clock, 'pid'));
    const clients = new Set((await asking.ask(session, sessions)).map((row) => integerOf(row, 'pid')));
    const roles = (await asking.ask(session, logInRolesQuery)).map((row) => roleOf(row, clients));
    await settle(signal);
    const { files, others } = await filesSince(folder, settings, atMs - days * dayMs);
    if (files.length === 0) throw noFiles(source);
    const logClock = startClock();
    const watch = startLogIns(own, { reliable: isReliable(settings), clock: logClock });
    for (const { modifiedMs } of others) watch.hole(modifiedMs);
    const timed = withinTime(files, timeoutMs * patience);
    const read = await readFiles(timed, { settings, clock: logClock }, watch, signal);
    return {
      value: logInsOf(roles, watch.seen(), { atMs, days, current: watch.isCurrent() }),
      method: 'EXAMINE',
      completeness: [
        {
          list: '/roles',
          basis: 'every role of pg_roles that may log in',
          returned: roles.length,
          missing: [],
        },
      ],
      requests: asking.requests,
      evidence: [...asking.evidence, filesEvidence(read)],
      withheld: ['the text of every entry: of a log-in only its role and time are kept'],
    };
  },
};

const roleOf = (row: Row, clients: ReadonlySet<number>): LogInRole => ({
  role: textOf(row, 'name'),
  connected: textsOf(row, 'pids').some((pid) => clients.has(Number(pid))),
});

/** Those of one form that reach into the window, and the last one before, which shows that they are all of it. */
async function filesSince(
  folder: LogFolder,
  settings: LogSettings,
  sinceMs: number,
): Promise<Awaited<ReturnType<LogFolder['list']>>> {
  const { files, others } = await folder.list();
  const form = fullestOf(settings);
  const all = files.filter(({ format }) => format === form).sort(byAge);
  const first = all.findIndex(({ modifiedMs }) => modifiedMs >= sinceMs);
  const within = first < 0 ? [] : all.slice(Math.max(0, first - 1));
  refuseTooMuch(within, mostBytes, 'log-in-days');
  return { files: within, others: others.filter(({ modifiedMs }) => modifiedMs >= sinceMs) };
}

async function readFiles(
  files: readonly LogFile[],
  { settings: { prefix }, clock }: { readonly settings: LogSettings; readonly clock: LogClock },
  watch: LogInWatch,
  signal: AbortSignal,
): Promise<readonly FileRead[]> {
  const read: FileRead[] = [];
  const listener = { entry: watch.entry, stray: () => watch.hole() };
  for (const file of files)
    read.push(await readWhole(file, startReader(file.format, listener, { prefix, clock }), signal));
  return read;
}

/** The same files, of which no more is handed out once the time is over. */
function withinTime(files: readonly LogFile[], limitMs: number): readonly LogFile[] {
  const endMs = performance.now() + limitMs;
  async function* timed(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      if (performance.now() > endMs) throw tooSlow(limitMs);
      yield chunk;
    }
  }
  return files.map((file) => ({ ...file, chunks: (from) => timed(file.chunks(from)) }));
}

function tooSlow(limitMs: number): AssayError {
  return new AssayError(
    'ERR_TOO_LARGE',
    `expected to read the log of log-in-days within ${limitMs} ms, got longer`,
    {
      remedy: 'raise --timeout, or name a folder of this machine with a copy of the log in log: folder',
    },
  );
}

function noDays(): AssayError {
  return new AssayError('ERR_NOT_DECLARED', 'expected days of the log to look for log-ins in, got none', {
    remedy: 'set log: log-in-days of the target, from 91 on, and keep the files of so many days in place',
  });
}
