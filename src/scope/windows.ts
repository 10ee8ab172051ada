import type { AccessWindow, CollectedObservation } from '../model/index.ts';
import type { Declared } from './declared.ts';
import type { Windows } from './facts/windows.ts';
import { logInsSource } from './log-in-sightings.ts';
import { keyOf, type Meetings } from './meetings.ts';
import { ageDays, ordered, seen, undeclaredRegister } from './observed.ts';

export function windowsObservation(
  { registers, files }: Declared,
  met: Meetings,
  at: string,
): CollectedObservation {
  const register = registers.windows;
  if (!register) return undeclaredRegister('scope.windows', 'windows', at);
  const accounts = new Map(
    register.accounts.map(({ system, account, windows }) => [
      keyOf(system, account),
      { system, account, windows: windows.length, ...logInsOf(met, { system, account, windows }) },
    ]),
  );
  return seen('scope.windows', at, {
    value: { registerAgeDays: ageDays(register.date, at), accounts: ordered(accounts) } satisfies Windows,
    completeness: [
      {
        list: '/accounts',
        basis: `the accounts that ${register.name} of ${register.date} names`,
        returned: accounts.size,
        missing: [],
      },
    ],
    request: `compare ${register.name} (sha256 ${register.sha256}) with ${logInsSource} of every log`,
    evidence: files.windows ? [files.windows] : [],
  });
}

type Account = NonNullable<Declared['registers']['windows']>['accounts'][number];

/** That one was outside is known from itself; that none was, only from every log-in there was. */
function logInsOf(
  met: Meetings,
  { system, account, windows }: Account,
): Pick<Windows['accounts'][number], 'logIns' | 'outside' | 'lastOutside'> {
  const { count, times, whole } = met.logIns(system, account);
  const outside = times.filter((time) => !windows.some((window) => isWithin(time, window))).sort();
  const isWhole = whole && met.whole(system, logInsSource);
  const lastOutside = outside.at(-1);
  return {
    ...(isWhole || count > 0 ? { logIns: count } : {}),
    ...(isWhole || outside.length > 0 ? { outside: outside.length } : {}),
    ...(lastOutside === undefined ? {} : { lastOutside }),
  };
}

/** Both in UTC with milliseconds, which sort as text. */
const isWithin = (time: string, { from, to }: AccessWindow): boolean => time >= from && time <= to;
