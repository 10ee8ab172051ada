import { Socket } from 'node:net';
import { userInfo } from 'node:os';
import { Client } from 'pg';
import { AssayError, type Json, type Subject, type Target } from '../../model/index.ts';
import type { Query } from '../../postgres/query.ts';
import type { Row } from '../../postgres/row.ts';
import type { CollectContext } from '../collector.ts';
import { passwordFromFile, resolveSecret } from '../credentials.ts';
import { connectError, queryError } from './database-error.ts';
import { type Guard, guardClient, streamOf } from './guard.ts';
import { assertProtected, type Transport, tlsOptions, transportOf } from './protection.ts';

/** One connection to one database. */
export interface Link {
  readonly transport: Transport;
  /**
   * Rows as the server sent them.
   *
   * @throws AssayError after a broken connection, always the same
   */
  query(query: Query, values?: readonly Json[]): Promise<readonly Row[]>;
  close(): Promise<void>;
}

export interface Route {
  readonly target: Target;
  readonly subject: Subject;
  readonly user: string;
  readonly database: string;
  readonly context: CollectContext;
}

/** Answers are small; a server that sends more than this for one query is not believed. */
const answerLimitBytes = 64 * 1024 * 1024;
/** Before the session is ours, a server has little to say. */
const greetingLimitBytes = 256 * 1024;

/** As libpq does: the target's user, else PGUSER, else the operating system's. */
export const userOf = (target: Target, context: CollectContext): string =>
  target.postgres?.user ?? context.env['PGUSER'] ?? userInfo().username;

/**
 * Opens a read-only, time-bounded session.
 *
 * @throws AssayError for what the network or the server did, see `connectError`
 */
export async function connect(route: Route): Promise<Link> {
  const { target, context } = route;
  // A command may take longer than the server, or the limit of a connection, waits for a password.
  const printed = await printedPassword(route);
  const entry = await entryOf(route, async () => printed ?? passwordFor(route));
  const { client, guard, where } = entry;
  await enter(entry, context, (error) => connectError(error, where));
  const { timeoutMs } = context;
  return {
    transport: transportOf(streamOf(client), target),
    query: (query, values = []) =>
      guard.run(
        { timeoutMs, limitBytes: answerLimitBytes, explain: (error) => queryError(error, query, where) },
        async () => (await client.query({ text: query.text, values: [...values] })).rows as readonly Row[],
      ),
    close: () => guard.close(),
  };
}

/** A client on its way to a session. */
export interface Entry {
  readonly client: Client;
  readonly guard: Guard;
  readonly where: string;
  readonly tls: boolean;
}

/**
 * A client that has not connected yet.
 *
 * @param password asked for once the channel is one that a password may travel on
 * @throws AssayError ERR_CA_FILE
 */
export async function entryOf(
  { target, subject, user, database, context }: Route,
  password: () => Promise<string>,
): Promise<Entry> {
  const where = placeOf(subject);
  const ssl = await tlsOptions(target);
  const socket = new Socket();
  const client = new Client({
    ...addressOf(subject),
    user,
    database,
    ssl,
    stream: () => socket,
    sslnegotiation: 'postgres',
    application_name: context.scanName,
    options: startUpOptions(context.timeoutMs),
    password: async () => {
      assertProtected(streamOf(client), target);
      return password();
    },
  });
  await context.pace?.turn(subject.address ?? subject.host, context.signal);
  return { client, guard: guardClient(client, where, context.signal), where, tls: ssl !== false };
}

/**
 * Connects and logs in.
 *
 * @param explain what went wrong
 */
export async function enter(
  { guard, tls }: Entry,
  { timeoutMs }: CollectContext,
  explain: (error: unknown) => AssayError,
): Promise<void> {
  try {
    await guard.run({ timeoutMs, limitBytes: greetingLimitBytes, explain }, () => guard.connect(tls));
  } catch (error) {
    // A log-in that we gave up, for want of a password say, would keep the process alive as long as the server waits.
    guard.hangUp();
    throw error;
  }
}

/** What a session is bounded by from its first message on, for a plan. */
export const startUpInWords =
  'start-up options: default_transaction_read_only=on, search_path=pg_catalog, standard_conforming_strings=on, extra_float_digits=1, nine tenths of the limit of --timeout as statement_timeout and lock_timeout, and all of it as idle_in_transaction_session_timeout';

/**
 * The server gives a statement up before we give up the connection: what takes too long then costs itself alone.
 * `idle_session_timeout` is set later: older servers do not know it and would refuse the connection.
 */
function startUpOptions(timeoutMs: number): string {
  const statementMs = String(Math.ceil(timeoutMs * 0.9));
  const settings = {
    default_transaction_read_only: 'on',
    search_path: 'pg_catalog',
    // A server or role may have it off: then backslashes of our patterns would go, and these match nothing.
    standard_conforming_strings: 'on',
    // And this low: then large numbers come rounded.
    extra_float_digits: '1',
    statement_timeout: statementMs,
    lock_timeout: statementMs,
    idle_in_transaction_session_timeout: String(timeoutMs),
  };
  return Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ');
}

const addressOf = ({ host, address, port }: Subject): { readonly host: string; readonly port: number } => ({
  host: address ?? host,
  port,
});

const placeOf = ({ host, address, port }: Subject): string =>
  host.startsWith('/') ? `socket ${host}/.s.PGSQL.${port}` : `${address ?? host} port ${port}`;

async function printedPassword({ target, context }: Route): Promise<string | undefined> {
  const reference = target.postgres?.password;
  return reference?.kind === 'exec' ? resolveSecret(reference, context) : undefined;
}

async function passwordFor({ target, user, database, context }: Route): Promise<string> {
  const reference = target.postgres?.password;
  if (reference !== undefined) return resolveSecret(reference, context);
  const question = { host: target.host, port: target.port, database, user };
  const found = await passwordFromFile(question, context.env);
  if (found !== undefined) return found;
  throw new AssayError('ERR_AUTHENTICATION', 'expected to get in without a password, got a request for one', {
    remedy: 'name the password in the target (env:NAME, file:path or exec:command) or in PGPASSFILE',
  });
}
