import {
  AssayError,
  byCodeUnit,
  type EvidenceItem,
  type Json,
  type Principal,
  type Subject,
  type Target,
} from '../../model/index.ts';
import { platformOf, platformQuery } from '../../postgres/platform.ts';
import {
  idleSessionQuery,
  sessionQuery,
  startedQuery,
  systemIdentifierQuery,
} from '../../postgres/queries.ts';
import { isFor, type Query, supportedMajors } from '../../postgres/query.ts';
import { roleAttributes } from '../../postgres/role-reach.ts';
import { booleanOf, integerOf, type Row, textOf, textsOf } from '../../postgres/row.ts';
import type { CollectContext, Session, Whom } from '../collector.ts';
import { connect, type Link, type Route, userOf } from './connect.ts';
import { notPostgres } from './database-error.ts';
import type { Transport } from './protection.ts';
import { type Entrances, type Visits, visitDatabases } from './visits.ts';

/** A read-only session with a PostgreSQL server. */
export interface PostgresSession extends Session {
  readonly whom: Whom;
  readonly principal: Principal;
  readonly major: number;
  /** The answer to `sessionQuery`. */
  readonly self: Row;
  readonly transport: Transport;
  query(query: Query, values?: readonly Json[]): Promise<readonly Row[]>;
  /** What the databases answered to the queries that facts wanted in this look ask inside; they are visited once. */
  visits(): Promise<Visits>;
  /** A connection of its own, to one database: what takes too long there costs the session nothing. */
  apart<T>(database: string, use: (link: Pick<Link, 'query'>) => Promise<T>): Promise<T>;
}

/**
 * Opens the one session of a subject.
 *
 * @param inside queries of every version that are asked in each database
 * @throws AssayError for what the network or the server did; ERR_NOT_READ_ONLY, ERR_UNSUPPORTED_VERSION
 */
export async function openPostgresSession(
  target: Target,
  subject: Subject,
  context: CollectContext,
  inside: readonly Query[] = [],
): Promise<PostgresSession> {
  const user = userOf(target, context);
  const route = { target, subject, user, database: target.postgres?.database ?? 'postgres', context };
  const { pace, signal } = context;
  const leaveRoom = await pace?.room(subject.address ?? subject.host, signal, connectionsAtOnce);
  try {
    return await openRoute(route, inside, leaveRoom ?? (() => undefined));
  } catch (error) {
    leaveRoom?.();
    throw error;
  }
}

/** The session's own, and a further one to another database. */
const connectionsAtOnce = 2;

async function openRoute(
  route: Route,
  inside: readonly Query[],
  leaveRoom: () => void,
): Promise<PostgresSession> {
  const link = await connect(route);
  try {
    return await sessionOver(link, route, inside, leaveRoom);
  } catch (error) {
    await link.close();
    throw error;
  }
}

async function sessionOver(
  link: Link,
  route: Route,
  inside: readonly Query[],
  leaveRoom: () => void,
): Promise<PostgresSession> {
  const self = await bounded(link, route);
  const versionNumber = integerOf(self, 'version_number');
  const identity = await identityOf(link, self, versionNumber);
  const major = Math.floor(versionNumber / 10_000);
  let connections = 1;
  let visits: Promise<Visits> | undefined;
  const enter: Entrances['enter'] = async (database, use) => {
    connections++;
    const further = await connect({ ...route, database });
    try {
      await bounded(further, route);
      return await use(further);
    } finally {
      await further.close();
    }
  };
  return {
    identity,
    whom: route,
    principal: principalOf(self),
    major,
    self,
    transport: link.transport,
    get connections() {
      return connections;
    },
    query: link.query,
    visits: () => {
      visits ??= visitDatabases(
        { own: link, enter },
        inside.filter((query) => isFor(query, major)),
      );
      return visits;
    },
    apart: enter,
    close: () => link.close().finally(leaveRoom),
  };
}

/** Proves that the server took the bounds that were asked for: something in between may drop them. */
async function bounded(link: Link, { subject, context }: Route): Promise<Row> {
  const [self] = await link.query(sessionQuery);
  if (self === undefined) throw notPostgres(subject.host);
  assertSupported(integerOf(self, 'version_number'));
  if (textOf(self, 'read_only') !== 'on' || textOf(self, 'search_path') !== 'pg_catalog')
    throw new AssayError('ERR_NOT_READ_ONLY', 'expected a read-only session, got one that can write', {
      remedy: 'point the target at the server itself: a connection pooler may drop start-up options',
    });
  if (integerOf(self, 'version_number') >= idleSessionQuery.since * 10_000)
    await link.query(idleSessionQuery, [String(context.timeoutMs * idleFactor)]);
  return self;
}

/** Between two queries other collectors may be at work; a session left behind still ends. */
const idleFactor = 12;

function assertSupported(versionNumber: number): void {
  const { first, last } = supportedMajors;
  const major = Math.floor(versionNumber / 10_000);
  if (major >= first && major <= last) return;
  throw new AssayError('ERR_UNSUPPORTED_VERSION', `expected PostgreSQL ${first} to ${last}, got ${major}`, {
    remedy: major > last ? 'use a newer assay' : 'upgrade the server: its version is no longer maintained',
  });
}

/** What everybody may ask comes always; a connection that broke says so again at the next query. */
async function identityOf(
  link: Link,
  self: Row,
  versionNumber: number,
): Promise<Readonly<Record<string, string>>> {
  return {
    version: versionOf(versionNumber),
    node: booleanOf(self, 'in_recovery') ? 'standby' : 'primary',
    ...(await said(link, 'system-identifier', systemIdentifierQuery, (row) =>
      textOf(row, 'system_identifier'),
    )),
    ...(await said(link, 'started', startedQuery, (row) => textOf(row, 'started'))),
    ...(await said(link, 'platform', platformQuery, platformOf)),
  };
}

async function said(
  link: Link,
  name: string,
  query: Query,
  wordOf: (row: Row) => string | undefined,
): Promise<Readonly<Record<string, string>>> {
  try {
    const word = (await link.query(query)).map(wordOf)[0];
    return word === undefined ? {} : { [name]: word };
  } catch (error) {
    if (error instanceof AssayError) return {};
    throw error;
  }
}

const versionOf = (versionNumber: number): string =>
  `${Math.floor(versionNumber / 10_000)}.${versionNumber % 10_000}`;

function principalOf(self: Row): Principal {
  const held = roleAttributes.filter((name) => booleanOf(self, name));
  // A superuser passes for a member of every role, which says nothing more.
  const memberships = booleanOf(self, 'superuser') ? [] : textsOf(self, 'member_of');
  return {
    name: textOf(self, 'role'),
    privileges: [...held, ...memberships.map((name) => `member of ${name}`)],
  };
}

/**
 * One query and its answer, as evidence: a row a line, keys sorted, so that the same answer is the same bytes.
 *
 * @param database where each was asked: the one that gave the answer
 */
export function evidenceOf(
  query: Query,
  parameters: readonly Json[],
  rows: readonly Row[],
  database?: string,
): EvidenceItem {
  const place = database === undefined ? {} : { database };
  const head = Object.entries({ name: query.name, ...place, parameters, query: query.text })
    .map(([key, value]) => `"${key}":${JSON.stringify(value)},\n`)
    .join('');
  const lines = rows.map((row) => JSON.stringify(sorted(row)));
  return {
    title: `answer to query ${query.name}${database === undefined ? '' : ` in database ${database}`}`,
    mediaType: 'application/json',
    extension: 'json',
    bytes: Buffer.from(`{${head}"rows":[${lines.length === 0 ? '' : `\n${lines.join(',\n')}\n`}]}\n`),
  };
}

const sorted = (row: Row): Row =>
  Object.fromEntries(Object.entries(row).sort(([a], [b]) => byCodeUnit(a, b)));
