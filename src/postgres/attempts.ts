import type { Attempts } from './facts/attempts.ts';
import { booleanOf, integerOf, optionalTextOf, type Row, textOf } from './row.ts';

/** One log-in, by its place among those declared for its role. */
export interface Place {
  readonly role: string;
  /** From 1. */
  readonly number: number;
  readonly of: number;
}

export const nameOf = ({ role, number, of }: Place): string => `attempt ${number} of ${of} for role ${role}`;

type Outcome = Attempts['attempts'][number]['outcome'];

/** What the server says of a role that it will not let in, whatever the password (PostgreSQL, Appendix A). */
const notAuthorised = '28000';
const wrongPassword = '28P01';

/**
 * What a log-in came to; undefined: nothing that says anything about the password. After it accepts a log-in, a server can
 * still refuse the session, for want of the database or of a connection: then the password was right all the same.
 *
 * @param row `asked`, `accepted` and `sql_state`
 */
export function outcomeOf(row: Row): Outcome | undefined {
  const asked = booleanOf(row, 'asked');
  const sqlState = optionalTextOf(row, 'sql_state');
  if (booleanOf(row, 'accepted')) {
    if (sqlState === notAuthorised) return 'disabled';
    return asked ? 'accepted' : 'let-in';
  }
  // Methods that ask somebody else, as ldap and pam do, refuse a wrong password by the code of the role.
  return asked && (sqlState === wrongPassword || sqlState === notAuthorised) ? 'refused' : undefined;
}

/** Before it asked for anything: by a rule, for want of a rule, or because others did not vouch. */
export const isTurnedAway = (row: Row): boolean =>
  !booleanOf(row, 'asked') &&
  !booleanOf(row, 'accepted') &&
  optionalTextOf(row, 'sql_state') === notAuthorised;

export const attemptsOf = (rows: readonly Row[]): Attempts => ({
  attempts: rows.flatMap((row) => {
    const outcome = outcomeOf(row);
    if (outcome === undefined) return [];
    const role = textOf(row, 'role');
    const place = { role, number: integerOf(row, 'number'), of: integerOf(row, 'of') };
    return [{ attempt: nameOf(place), role, outcome }];
  }),
});
