import { DatabaseError } from 'pg';
import { AssayError } from '../../model/index.ts';
import { enter, entryOf, type Route } from './connect.ts';
import { connectError } from './database-error.ts';
import { onAuthenticated } from './guard.ts';

/** How one log-in ended. */
export interface LogIn {
  /** The server asked for the password, and got it or a proof of it. */
  readonly asked: boolean;
  /** It believed who we are; whether a session followed is another matter. */
  readonly accepted: boolean;
  /** Of the refusal, five letters and digits, else empty; null: a session began, which was ended at once, without a query. */
  readonly sqlState: string | null;
}

/**
 * Logs in with one password and leaves.
 *
 * @returns AssayError where it ended without an answer of the server
 * @throws AssayError ERR_INTERRUPTED, ERR_CA_FILE
 */
export async function logIn(route: Route, password: string): Promise<LogIn | AssayError> {
  let asked = false;
  let accepted = false;
  let sqlState: string | null = null;
  const entry = await entryOf(route, async () => {
    asked = true;
    return password;
  });
  onAuthenticated(entry.client, () => {
    accepted = true;
  });
  try {
    await enter(entry, route.context, (error) => {
      if (error instanceof DatabaseError && error.code !== undefined) sqlState = shown(error.code, password);
      return connectError(error, entry.where);
    });
    await entry.guard.close();
  } catch (error) {
    if (!(error instanceof AssayError) || error.code === 'ERR_INTERRUPTED') throw error;
    if (!accepted && sqlState === null) return error;
  }
  return { asked, accepted, sqlState };
}

/** A hostile server could say the very password there. */
const shown = (sqlState: string, password: string): string =>
  /^[0-9A-Z]{5}$/.test(sqlState) && sqlState !== password ? sqlState : '';
