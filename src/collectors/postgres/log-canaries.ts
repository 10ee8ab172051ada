import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { absentRole, startCanarySearch } from '../../auditlog/canary.ts';
import { sessionId } from '../../auditlog/entry.ts';
import type { Canaries, CanaryTrace } from '../../auditlog/facts/canaries.ts';
import type { LinePrefix } from '../../auditlog/line-prefix.ts';
import { startReader } from '../../auditlog/reader.ts';
import { AssayError, type Completeness, type EvidenceItem, type LogSource } from '../../model/index.ts';
import { logClockQuery } from '../../postgres/log.ts';
import { everyMajor, type Query } from '../../postgres/query.ts';
import { quoteIdentifier } from '../../postgres/quoting.ts';
import { notInert, tableReadQuery } from '../../postgres/rights.ts';
import { integerOf } from '../../postgres/row.ts';
import type { CollectContext, FactCollector } from '../collector.ts';
import { networkFailure } from '../network-error.ts';
import { startAsking } from './asking.ts';
import { type Link, type Route, userOf } from './connect.ts';
import { notPostgres } from './database-error.ts';
import { otherLanguage } from './log-facts.ts';
import { countOf, type LogFile, type LogFolder } from './log-files.ts';
import { enterLog } from './log-reading.ts';
import type { LogSession } from './log-session.ts';
import type { LogSettings } from './log-settings.ts';

export const canaries: FactCollector<LogSession> = {
  fact: 'auditlog.canaries',
  needs: [],
  plan: {
    connections: 2,
    presentsToo: ['application_name assay/canary-<nonce>'],
    requests: [
      'a session that asks select \'<nonce>\', then select 1 / 0 as "<nonce>", which fails',
      'where the target names a table of sensitive data: whether a read of it runs code of others, and if not, select 1 from that table where false, with the nonce as a comment',
      'a log-in as assay_canary_<nonce>, a role that cannot be, with a password that is none: it fails',
      'then the ends of the files of the log, for at most five seconds',
    ],
  },
  collect: async (session, _read, context) => {
    const asking = startAsking();
    const { settings, folder } = await enterLog(session, session.source, asking);
    if (!settings.english) throw otherLanguage();
    const before = await folder.list();
    const nonce = randomBytes(16).toString('hex');
    const left = await leaveTraces(session, nonce, context);
    const tried = namesSessions(settings)
      ? left.tried
      : left.tried.filter((trace) => !ofSession.includes(trace));
    const search = startCanarySearch({ nonce, tried }, left.session);
    const grew = await searchTails(folder, before.files, context, search.isComplete, (file, from) =>
      readTail(file, from, search, settings.prefix),
    );
    if (!grew) throw notGrowing(session.source);
    const value = search.value();
    return {
      value,
      method: 'TEST',
      completeness: left.untried.length === 0 ? [] : [without(left.untried, value)],
      requests: [...asking.requests, ...left.requests],
      evidence: [...asking.evidence, evidenceOf(nonce, left)],
      withheld: ['the text of every entry: only whether one with our own mark was found is kept'],
    };
  },
};

/** Nothing but the session's id tells whose log-in and end they are. */
const ofSession: readonly CanaryTrace[] = ['connection', 'disconnection'];

const namesSessions = ({ formats, prefix }: LogSettings): boolean =>
  formats.some((format) => format !== 'stderr' || prefix?.fields.has('session') === true);

interface Left {
  readonly session: string;
  readonly tried: readonly CanaryTrace[];
  /** What the server would not do. */
  readonly untried: Completeness['missing'];
  readonly requests: readonly string[];
}

const without = (missing: Completeness['missing'], value: Canaries): Completeness => ({
  list: '',
  basis: 'what this scan could do to be found in the log',
  returned: Object.keys(value).length,
  missing,
});

async function leaveTraces(session: LogSession, nonce: string, context: CollectContext): Promise<Left> {
  const { target, subject } = session;
  const tagged = { ...context, scanName: `assay/canary-${nonce}` };
  const database = target.postgres?.database ?? 'postgres';
  const route = { target, subject, user: userOf(target, context), database, context: tagged };
  const link = await session.connect(route);
  const inside = await leaveInside(link, session.source, nonce).finally(() => link.close());
  const refusedLogIn = await failedLogIn(session, route, nonce);
  return {
    ...inside,
    tried: [...inside.tried, ...(refusedLogIn ? ['failed-log-in' as const] : [])],
    requests: [...inside.requests, `log-in as ${absentRole(nonce)}`],
  };
}

async function leaveInside(link: Link, source: LogSource, nonce: string): Promise<Left> {
  const [clock] = await link.query(logClockQuery);
  if (clock === undefined) throw notPostgres('the server');
  const marked = canaryQuery(`select '${nonce}' as canary`);
  await link.query(marked);
  const failing = canaryQuery(`select 1 / 0 as "${nonce}"`);
  const failed = (await refusal(link, failing)) !== undefined;
  const reading = sensitiveRead(source, nonce);
  const unread =
    reading === undefined
      ? undefined
      : ((await inertness(link, source)) ?? refusedRead(source, await refusal(link, reading)));
  return {
    session: sessionId(countOf(clock, 'backend_started'), integerOf(clock, 'pid')),
    tried: [
      'connection',
      'disconnection',
      ...(failed ? ['error' as const] : []),
      ...(reading !== undefined && unread === undefined ? ['sensitive-read' as const] : []),
    ],
    untried: unread === undefined ? [] : [{ what: 'sensitive-read', why: unread }],
    requests: [marked, failing, ...(reading === undefined ? [] : [tableReadQuery, reading])].map(
      ({ text }) => text,
    ),
  };
}

const canaryQuery = (text: string): Query => ({ ...everyMajor, name: 'canary', text });

/** Why the server would not do it; undefined: it did. */
async function refusal(link: Link, query: Query): Promise<AssayError | undefined> {
  try {
    await link.query(query);
    return undefined;
  } catch (error) {
    if (error instanceof AssayError && ['ERR_QUERY', 'ERR_DENIED'].includes(error.code)) return error;
    throw error;
  }
}

/** Why a read of the table is not tried: with our rights, code of its owner must not run. */
async function inertness(link: Link, { canaryTable = '' }: LogSource): Promise<string | undefined> {
  const [row] = await link.query(tableReadQuery, placeOf(canaryTable));
  return row?.['inert'] === false ? `a read of ${canaryTable} is not tried: ${notInert}` : undefined;
}

function refusedRead({ canaryTable = '' }: LogSource, refused: AssayError | undefined): string | undefined {
  if (refused === undefined) return undefined;
  return refused.code === 'ERR_DENIED'
    ? `the role may not read ${canaryTable} (SQLSTATE 42501): grant it USAGE on the schema and SELECT on one column of the table; the read asks for no row`
    : `a read of ${canaryTable} failed (${refused.message}): let canary-table name a table of the database that the target names, with its schema (42P01: there is no such table)`;
}

function placeOf(canaryTable: string): readonly [schema: string, table: string] {
  const [schema = '', table = ''] = canaryTable.split('.');
  return [schema, table];
}

function sensitiveRead({ canaryTable }: LogSource, nonce: string): Query | undefined {
  if (canaryTable === undefined) return undefined;
  const [schema, table] = placeOf(canaryTable);
  const name = `${quoteIdentifier(schema)}.${quoteIdentifier(table)}`;
  return canaryQuery(`select 1 from ${name} where false /* ${nonce} */`);
}

const passwordVariable = 'ASSAY_CANARY_PASSWORD';

/** With a password of its own: the target's must not be sent in another name. True where it was refused as it should. */
async function failedLogIn(session: LogSession, route: Route, nonce: string): Promise<boolean> {
  const { target, context } = route;
  const env = { ...context.env, [passwordVariable]: randomBytes(16).toString('hex') };
  const postgres = {
    ...(target.postgres ?? { tls: 'verified', tlsGiven: false }),
    password: { kind: 'env', name: passwordVariable } as const,
  };
  try {
    const link = await session.connect({
      ...route,
      target: { ...target, postgres },
      user: absentRole(nonce),
      context: { ...context, env },
    });
    await link.close();
    return false;
  } catch (error) {
    if (error instanceof AssayError && error.code === 'ERR_AUTHENTICATION') return true;
    if (error instanceof AssayError && error.code !== 'ERR_INTERRUPTED') return false;
    throw error;
  }
}

const tries = 10;
const betweenMs = 500;

/** Reads what files have more than before until it is enough; false where none has more. */
async function searchTails(
  folder: LogFolder,
  before: readonly LogFile[],
  { signal }: CollectContext,
  isEnough: () => boolean,
  read: (file: LogFile, from: number) => Promise<void>,
): Promise<boolean> {
  const lengths = new Map(before.map(({ name, bytes }) => [name, bytes]));
  let grew = false;
  for (let attempt = 0; attempt < tries && !isEnough(); attempt++) {
    await wait(betweenMs, undefined, { signal }).catch(() => {
      throw networkFailure('interrupted', 'the log');
    });
    const longer = (await folder.list()).files.filter(({ name, bytes }) => bytes > (lengths.get(name) ?? 0));
    grew ||= longer.length > 0;
    for (const file of longer) await read(file, lengths.get(file.name) ?? 0);
  }
  return grew;
}

async function readTail(
  file: LogFile,
  from: number,
  search: ReturnType<typeof startCanarySearch>,
  prefix: LinePrefix | undefined,
): Promise<void> {
  const reader = startReader(file.format, { entry: search.entry, stray: () => undefined }, { prefix });
  for await (const chunk of file.chunks(from)) reader.push(chunk);
  reader.end();
}

function evidenceOf(nonce: string, { session, tried }: Left): EvidenceItem {
  return {
    title: 'what was done to be found in the log',
    mediaType: 'application/json',
    extension: 'json',
    bytes: Buffer.from(`${JSON.stringify({ nonce, session, tried })}\n`),
  };
}

function notGrowing({ folder }: LogSource): AssayError {
  const where = folder ?? 'log_directory';
  return new AssayError(
    'ERR_LOG',
    `expected the log in ${where} to be the one being written, got no new entry`,
    {
      remedy: 'name the folder that the server writes to: canaries are not to be found in older copies',
    },
  );
}
