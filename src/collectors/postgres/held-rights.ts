import { AssayError, type Principal, type Subject, type Target } from '../../model/index.ts';
import { type Grant, isThere, type Right } from '../../postgres/grant.ts';
import { grantedRights } from '../../postgres/granted-rights.ts';
import { isOurs } from '../../postgres/ours.ts';
import { type Platform, platformOf, platformQuery } from '../../postgres/platform.ts';
import type { Query } from '../../postgres/query.ts';
import { auditFunctionsQuery, rightsQuery } from '../../postgres/rights.ts';
import { booleanOf, type Row, textOf, textsOf } from '../../postgres/row.ts';
import type { CollectContext } from '../collector.ts';
import { declaredRights } from './declared-rights.ts';
import { openPostgresSession, type PostgresSession } from './session.ts';
import type { Visit } from './visits.ts';

/** One right that the printed role would have, and whether a login has it. */
export interface HeldRight {
  /** `SELECT on pg_catalog.pg_hba_file_rules` */
  readonly right: string;
  /** Facts that cannot be seen, or not wholly, without it. */
  readonly facts: readonly string[];
  readonly held: boolean;
  /** Where it is not held: what is there in its place, or that nobody may grant it on this platform. */
  readonly why?: string;
}

export interface RightsOfLogin {
  readonly login: Principal;
  /** Absent: no managed platform that we know. */
  readonly platform?: Platform;
  readonly rights: readonly HeldRight[];
}

/**
 * Asks a server which of the printed rights a login has, with those that the log and the data of the target need where it
 * declares them; nothing is tried.
 *
 * @throws AssayError for what the network or the server did, see `openPostgresSession`
 */
export async function readHeldRights(
  target: Target,
  subject: Subject,
  context: CollectContext,
): Promise<RightsOfLogin> {
  const session = await openPostgresSession(target, subject, context, insideQueries);
  try {
    return await askedFor(target, session);
  } finally {
    await session.close();
  }
}

const repeated = grantedRights.filter(({ alsoIn }) => alsoIn !== undefined);

const insideQueries: readonly Query[] = [
  auditFunctionsQuery,
  ...repeated.flatMap(({ alsoIn }) => alsoIn?.query ?? []),
];

async function askedFor(target: Target, session: PostgresSession): Promise<RightsOfLogin> {
  const rights = grantedRights.flatMap((grant) => grant.rights);
  const values = [namesOf(rights, 'membership'), namesOf(rights, 'select'), namesOf(rights, 'execute')];
  const simple = await session.query(rightsQuery, values);
  const functions = await session.query(auditFunctionsQuery);
  const { databases, entered } = await session.visits();
  const platform = (await session.query(platformQuery)).map(platformOf)[0];
  const answers: Answers = { simple, functions, superuser: booleanOf(session.self, 'superuser') };
  return {
    login: session.principal,
    ...(platform === undefined ? {} : { platform }),
    rights: [
      ...grantedRights.flatMap((grant) =>
        grant.rights
          .filter((right) => isThere(right, session.major))
          .map((right) => heldOf(right, grant, answers, platform)),
      ),
      ...entered.flatMap((visit) => heldElsewhere(visit, answers, databases, platform)),
      ...databases.map(connectOf),
      ...(await declaredRights(target, session, platform)),
    ],
  };
}

/** Rights that are needed again in a database, which is not the session's own. */
function heldElsewhere(
  { database, answers }: Visit,
  own: Answers,
  databases: readonly Row[],
  platform: Platform | undefined,
): readonly HeldRight[] {
  const isOwn = databases.some((row) => textOf(row, 'database') === database && booleanOf(row, 'current'));
  if (isOwn) return [];
  const rowsOf = (query: Query): readonly Row[] => {
    const answer = answers.get(query) ?? [];
    if (answer instanceof AssayError) throw answer;
    return answer;
  };
  const there: Answers = { ...own, functions: rowsOf(auditFunctionsQuery) };
  return repeated
    .filter(
      ({ alsoIn }) => alsoIn !== undefined && rowsOf(alsoIn.query).some((row) => row['needed'] === true),
    )
    .flatMap((grant) => grant.rights.map((right) => heldOf(right, grant, there, platform)))
    .map((held) => ({ ...held, right: `${held.right} in database ${database}` }));
}

interface Answers {
  /** To `rightsQuery`. */
  readonly simple: readonly Row[];
  /** To `auditFunctionsQuery`. */
  readonly functions: readonly Row[];
  readonly superuser: boolean;
}

const namesOf = (rights: readonly Right[], kind: Right['kind']): readonly string[] =>
  rights.flatMap((right) => (right.kind === kind ? [nameOf(right)] : []));

function nameOf(right: Right): string {
  switch (right.kind) {
    case 'membership':
      return right.role;
    case 'select':
      return right.relation;
    case 'execute':
      return right.signature;
    case 'definer':
      return right.name;
  }
}

function heldOf(
  right: Right,
  { facts, impossibleOn = [] }: Grant,
  answers: Answers,
  platform: Platform | undefined,
): HeldRight {
  const lacking = lackOf(right, answers);
  const named = { right: inWords(right), facts };
  if (lacking === undefined) return { ...named, held: true };
  const never = platform !== undefined && impossibleOn.includes(platform);
  return { ...named, held: false, why: never ? `nobody can grant it on ${platform}` : lacking };
}

function inWords(right: Right): string {
  switch (right.kind) {
    case 'membership':
      return `membership in ${right.role}`;
    case 'select':
      return `SELECT on pg_catalog.${right.relation}`;
    case 'execute':
      return `EXECUTE on function pg_catalog.${right.signature}`;
    case 'definer':
      return `EXECUTE on function assay_audit.${right.name}()`;
  }
}

/** Why a right is not there; undefined: it is. */
function lackOf(right: Right, { simple, functions, superuser }: Answers): string | undefined {
  if (superuser) return undefined;
  const among = (column: string): string | undefined =>
    simple.some((row) => textsOf(row, column).includes(nameOf(right))) ? undefined : 'not granted';
  switch (right.kind) {
    case 'membership':
      return among('memberships');
    case 'select':
      return among('relations');
    case 'execute':
      return among('functions');
    case 'definer':
      return lackOfFunction(
        functions.find((row) => textOf(row, 'function') === right.name),
        right.body,
      );
  }
}

function lackOfFunction(row: Row | undefined, body: string): string | undefined {
  if (isOurs(row, body)) return undefined;
  if (row === undefined) return 'there is no such function in that database';
  if (row['callable'] !== true) return 'not granted';
  return row['source'] === body
    ? 'its owner is no superuser'
    : 'it is another than this assay prints: replace it with the printed one';
}

function connectOf(row: Row): HeldRight {
  const right = `CONNECT on database ${textOf(row, 'database')}`;
  const facts = ['facts about what is in databases'];
  return booleanOf(row, 'may_connect')
    ? { right, facts, held: true }
    : { right, facts, held: false, why: 'not granted' };
}
