import type { Registers } from '../model/index.ts';
import { keyOf } from './meetings.ts';

/** Whose an account is, as the register of accounts says; undefined where it does not. */
export function personsOf({ accounts }: Registers): (system: string, account: string) => string | undefined {
  const persons = new Map(
    accounts?.accounts.map(({ system, account, person }) => [keyOf(system, account), person]),
  );
  return (system, account) => persons.get(keyOf(system, account));
}
