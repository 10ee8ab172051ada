import { AssayError, type Completeness } from '../../model/index.ts';
import { databasesQuery } from '../../postgres/queries.ts';
import type { Query } from '../../postgres/query.ts';
import { booleanOf, type Row, textOf } from '../../postgres/row.ts';
import type { Link } from './connect.ts';

/** Rows, or why there are none. */
export type Answer = readonly Row[] | AssayError;

/** One database that was entered, and what it answered to each query of the visit. */
export interface Visit {
  readonly database: string;
  readonly answers: ReadonlyMap<Query, Answer>;
}

/** Every database that admits connections: those that were entered, and why the others were not. */
export interface Visits {
  /** The answer to `databasesQuery`. */
  readonly databases: readonly Row[];
  readonly entered: readonly Visit[];
  readonly notEntered: Completeness['missing'];
}

/** How a visit gets into databases. */
export interface Entrances {
  /** To the database of the session. */
  readonly own: Pick<Link, 'query'>;
  enter<T>(database: string, use: (link: Pick<Link, 'query'>) => Promise<T>): Promise<T>;
}

/** Codes that concern the whole scan or the whole server, not one database. */
const fatal = ['ERR_INTERRUPTED', 'ERR_NOT_POSTGRES', 'ERR_TOO_LARGE'];

/** Asks `queries` in every database, in their order, one connection each; a query that fails leaves the others theirs. */
export async function visitDatabases(entrances: Entrances, queries: readonly Query[]): Promise<Visits> {
  const databases = await entrances.own.query(databasesQuery);
  const entered: Visit[] = [];
  const notEntered: Completeness['missing'][number][] = [];
  for (const row of databases) {
    const visit = await visitOf(entrances, row, queries);
    if (visit instanceof AssayError)
      notEntered.push({ what: `database ${textOf(row, 'database')}`, why: visit.message });
    else entered.push(visit);
  }
  return { databases, entered, notEntered };
}

async function visitOf(
  entrances: Entrances,
  row: Row,
  queries: readonly Query[],
): Promise<Visit | AssayError> {
  const database = textOf(row, 'database');
  const visit = async (link: Pick<Link, 'query'>): Promise<Visit> => ({
    database,
    answers: await answersOf(link, queries),
  });
  if (booleanOf(row, 'current')) return visit(entrances.own);
  if (!booleanOf(row, 'may_connect'))
    return new AssayError('ERR_DENIED', 'the role has no CONNECT privilege on it');
  try {
    return await entrances.enter(database, visit);
  } catch (error) {
    if (error instanceof AssayError && !fatal.includes(error.code)) return error;
    throw error;
  }
}

async function answersOf(
  link: Pick<Link, 'query'>,
  queries: readonly Query[],
): Promise<ReadonlyMap<Query, Answer>> {
  const answers = new Map<Query, Answer>();
  for (const query of queries) if (admits(query, answers)) answers.set(query, await answerOf(link, query));
  return answers;
}

function admits({ after }: Query, answers: ReadonlyMap<Query, Answer>): boolean {
  if (after === undefined) return true;
  const answer = answers.get(after.query);
  return answer !== undefined && !(answer instanceof AssayError) && after.admits(answer[0]);
}

async function answerOf(link: Pick<Link, 'query'>, query: Query): Promise<Answer> {
  try {
    return await link.query(query);
  } catch (error) {
    if (error instanceof AssayError && !fatal.includes(error.code)) return error;
    throw error;
  }
}
