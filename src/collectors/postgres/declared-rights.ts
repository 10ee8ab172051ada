import { AssayError, type DataStore, type LogSource, type Target } from '../../model/index.ts';
import { declaredCounts } from '../../postgres/declared-counts.ts';
import { logAccessQuery, logFunctions } from '../../postgres/log.ts';
import { accessTo, nameOf, type OwnedFunction, placePath, wayOf } from '../../postgres/owned-function.ts';
import type { Platform } from '../../postgres/platform.ts';
import { notInert, tableReadQuery } from '../../postgres/rights.ts';
import type { Row } from '../../postgres/row.ts';
import type { HeldRight } from './held-rights.ts';
import { mayReadBy } from './log-files.ts';
import type { PostgresSession } from './session.ts';

/** Rights that only a target needs which declares its log or its data (`assay grants postgres --log`, `--sampling`). */
export async function declaredRights(
  { postgres, data }: Target,
  session: PostgresSession,
  platform: Platform | undefined,
): Promise<readonly HeldRight[]> {
  const log = postgres?.log;
  return [
    ...(log === undefined ? [] : await rightsOverLog(log, session, platform)),
    ...(data === undefined ? [] : await rightsOverData(data, session)),
  ];
}

const logFacts = [
  'auditlog.continuity',
  'auditlog.fields',
  'auditlog.matches',
  'auditlog.retention',
  'auditlog.canaries',
];

async function rightsOverLog(
  { folder, canaryTable }: LogSource,
  session: PostgresSession,
  platform: Platform | undefined,
): Promise<readonly HeldRight[]> {
  const access = await session.query(logAccessQuery);
  const why =
    platform === undefined
      ? 'not granted, or not as this assay prints it: run what assay grants postgres --log prints'
      : `nobody can grant it on ${platform}: name the folder of a copy of the log`;
  const needed = logFunctions.filter(({ name }) => folder === undefined || name === 'log_sessions');
  return [
    ...needed.map(({ name }) =>
      heldOr(`EXECUTE on function assay_audit.${name}`, logFacts, mayReadBy(access, name) ? undefined : why),
    ),
    ...(canaryTable === undefined ? [] : [await rightOverTable(canaryTable, session)]),
  ];
}

async function rightOverTable(canaryTable: string, session: PostgresSession): Promise<HeldRight> {
  const [schema = '', table = ''] = canaryTable.split('.');
  const [row] = await session.query(tableReadQuery, [schema, table]);
  const right = `SELECT on one column of ${canaryTable}`;
  return heldOr(right, ['auditlog.canaries'], whyNotRead(row));
}

function whyNotRead(row: Row | undefined): string | undefined {
  if (row === undefined) return 'there is no such table';
  if (row['readable'] !== true) return 'not granted';
  return row['inert'] === true ? undefined : notInert;
}

interface Needed {
  readonly fact: string;
  readonly made: OwnedFunction;
}

async function rightsOverData(data: DataStore, session: PostgresSession): Promise<readonly HeldRight[]> {
  const needed = declaredCounts(data);
  const rights: HeldRight[] = [];
  for (const database of new Set(needed.map(({ made }) => made.column.database)))
    rights.push(
      ...(await rightsIn(
        database,
        needed.filter(({ made }) => made.column.database === database),
        session,
      )),
    );
  return rights;
}

async function rightsIn(
  database: string,
  needed: readonly Needed[],
  session: PostgresSession,
): Promise<readonly HeldRight[]> {
  const held = (one: Needed, why: string | undefined): HeldRight =>
    heldOr(`counting ${placePath(one.made.column)} by assay_audit.${nameOf(one.made)}()`, [one.fact], why);
  try {
    return await session.apart(database, async (link) => {
      const rights: HeldRight[] = [];
      for (const one of needed) {
        const access = [];
        for (const { query, values } of accessTo(one.made)) access.push((await link.query(query, values))[0]);
        const way = wayOf(one.made, access);
        rights.push(held(one, way.kind === 'none' ? way.why : undefined));
      }
      return rights;
    });
  } catch (error) {
    if (!(error instanceof AssayError) || !['ERR_DENIED', 'ERR_DATABASE'].includes(error.code)) throw error;
    return needed.map((one) => held(one, error.message));
  }
}

const heldOr = (right: string, facts: readonly string[], why: string | undefined): HeldRight =>
  why === undefined ? { right, facts, held: true } : { right, facts, held: false, why };
