import { setTimeout as wait } from 'node:timers/promises';
import { AssayError, type ColumnName, columnPath } from '../../model/index.ts';
import {
  accessQuery,
  callOf,
  columnsOf,
  directOf,
  hexOutputQuery,
  nameOf,
  type OwnedFunction,
  type Way,
  wayOf,
} from '../../postgres/owned-function.ts';
import type { Row } from '../../postgres/row.ts';
import type { FactPlan } from '../collector.ts';
import { type Asking, startAsking } from './asking.ts';
import type { DataStoreSession } from './data-store.ts';
import { verbatim } from './verbatim.ts';

/** The answer of a function, or why there is none. */
export type Counted = { readonly rows: readonly Row[] } | { readonly why: string };

/** Codes that concern the whole scan or the whole server, not one column. */
const fatal = ['ERR_INTERRUPTED', 'ERR_NOT_POSTGRES', 'ERR_TOO_LARGE'];

/** Has columns of one table counted, by the function of its owner, else directly where the role may read them. */
export async function counted(
  session: DataStoreSession,
  column: ColumnName,
  made: OwnedFunction,
  asking: Asking,
): Promise<Counted> {
  const own = startAsking();
  const count = () =>
    session.apart(column.database, async (link) => {
      const way = await wayTo(made, link, own);
      if (way.kind === 'none') return { why: way.why };
      if (way.kind === 'call') return answerOf(await own.ask(link, callOf(made)));
      await link.query(hexOutputQuery);
      return answerOf(await own.ask(link, directOf(made)));
    });
  try {
    return await againIfBusy(count);
  } catch (error) {
    if (!(error instanceof AssayError) || fatal.includes(error.code)) throw error;
    return { why: error.message };
  } finally {
    asking.take(own, columnPath(column));
  }
}

/** The function may be called for all of its columns or for none; each may be readable or not. */
async function wayTo(made: OwnedFunction, link: Parameters<Asking['ask']>[0], asking: Asking): Promise<Way> {
  const ways: Way[] = [];
  for (const { schema, table, column } of columnsOf(made)) {
    const [access] = await asking.ask(link, accessQuery, [nameOf(made), schema, table, column]);
    ways.push(wayOf(made, access));
  }
  return ways.find(({ kind }) => kind === 'none') ?? ways[0] ?? { kind: 'none', why: 'it reads no column' };
}

/** A server without a free connection may have one a moment later: nothing was asked yet. */
async function againIfBusy<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AssayError) || error.code !== 'ERR_BUSY') throw error;
    await wait(busyPauseMs);
    return work();
  }
}

const busyPauseMs = 1_000;

const answerOf = (rows: readonly Row[]): Counted =>
  rows.length > 0 ? { rows } : { why: 'it was changed while it was looked at: nothing was counted' };

/**
 * What counting costs: a connection for each column, so that one that takes too long costs no other, and a second one
 * where the server had none free.
 */
export const countingPlan = (
  made: (data: DataStoreSession['data']) => readonly OwnedFunction[],
): FactPlan => ({
  requests: [
    ...verbatim(accessQuery, hexOutputQuery),
    'of each declared column: counts over its values, by a function of its owner or directly',
  ],
  connections: 0,
  at: (_, { data }) => {
    const functions = data === undefined ? [] : made(data);
    return {
      requests: verbatim(
        accessQuery,
        hexOutputQuery,
        ...functions.flatMap((one) => [callOf(one), directOf(one)]),
      ),
      connections: 2 * functions.length,
    };
  },
});
