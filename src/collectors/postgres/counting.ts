import { setTimeout as wait } from 'node:timers/promises';
import { AssayError } from '../../model/index.ts';
import {
  accessQuery,
  accessTo,
  callOf,
  directOf,
  hexOutputQuery,
  type OwnedFunction,
  placePath,
  tableAccessQuery,
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

/** Has one column or table counted, by the function of its owner, else directly where the role may read it. */
export async function counted(
  session: DataStoreSession,
  made: OwnedFunction,
  asking: Asking,
): Promise<Counted> {
  const own = startAsking();
  const count = () =>
    session.apart(made.column.database, async (link) => {
      const access = [];
      for (const { query, values } of accessTo(made)) access.push((await own.ask(link, query, values))[0]);
      const way = wayOf(made, access);
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
    asking.take(own, placePath(made.column));
  }
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
    ...verbatim(accessQuery, tableAccessQuery, hexOutputQuery),
    'of each declared column or table: counts over its values, by a function of its owner or directly',
  ],
  connections: 0,
  at: (_, { data }) => {
    const functions = data === undefined ? [] : made(data);
    return {
      requests: verbatim(
        ...new Set(functions.flatMap((one) => accessTo(one).map(({ query }) => query))),
        hexOutputQuery,
        ...functions.flatMap((one) => [callOf(one), directOf(one)]),
      ),
      connections: 2 * functions.length,
    };
  },
});
