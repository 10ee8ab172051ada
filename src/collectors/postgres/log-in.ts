import { DatabaseError } from 'pg';
import { AssayError } from '../../model/index.ts';
import { enter, entryOf, type Route } from './connect.ts';
import { connectError } from './database-error.ts';
import { onWire } from './guard.ts';

/** How one log-in ended. */
export interface LogIn {
  /** The server asked for the password, and got it or a proof of it. */
  readonly asked: boolean;
  /** It believed who we are; whether a session followed is another matter. */
  readonly accepted: boolean;
  /** Of the refusal, five letters and digits, else empty; null: a session began, which was ended at once, without a query, or by the server. */
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
  let begun = false;
  let owesProof = false;
  let sqlState: string | null = null;
  const entry = await entryOf(route, async () => {
    asked = true;
    return password;
  });
  // Of SCRAM the first message is without a proof of the password: a refusal of that says nothing about it.
  onWire(entry.client, 'authenticationSASL', () => {
    owesProof = true;
  });
  onWire(entry.client, 'authenticationSASLContinue', () => {
    owesProof = false;
  });
  onWire(entry.client, 'authenticationOk', () => {
    accepted = true;
  });
  // The server says these of a session; what ends it then, as a trigger on log-ins may, is no answer to the log-in.
  for (const event of ['parameterStatus', 'backendKeyData'] as const)
    onWire(entry.client, event, () => {
      begun = accepted;
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
  return { asked: asked && !owesProof, accepted, sqlState: begun ? null : sqlState };
}

/** A hostile server could say the very password there. */
const shown = (sqlState: string, password: string): string =>
  /^[0-9A-Z]{5}$/.test(sqlState) && sqlState !== password ? sqlState : '';
