import type { CollectedObservation } from '../model/index.ts';
import type { Declared } from './declared.ts';
import type { Accounts } from './facts/accounts.ts';
import { keyOf, type Meetings, sources } from './meetings.ts';
import { ageDays, missingOf, ordered, seen, undeclaredRegister } from './observed.ts';

export function accountsObservation(
  { registers, files, targets }: Declared,
  met: Meetings,
  at: string,
): CollectedObservation {
  const register = registers.accounts;
  if (!register) return undeclaredRegister('scope.accounts', 'accounts', at);
  const keys = new Map<string, Accounts['accounts'][number]>();
  for (const { system, account, privileged } of register.accounts) {
    const row = { system, account, declared: true, declaredPrivileged: privileged };
    const gone = met.whole(system, sources['postgres-server']) ? { present: false, privileged: false } : {};
    keys.set(keyOf(system, account), { ...row, ...gone });
  }
  for (const { system, account, privileged } of met.accounts()) {
    const before = keys.get(keyOf(system, account)) ?? {
      system,
      account,
      declared: false,
      declaredPrivileged: false,
    };
    // Not privileged where it was seen says nothing of where the same system was not seen.
    const known = privileged || !before.declared || met.whole(system, sources['postgres-server']);
    keys.set(keyOf(system, account), { ...before, present: true, ...(known ? { privileged } : {}) });
  }
  return seen('scope.accounts', at, {
    value: { registerAgeDays: ageDays(register.date, at), accounts: ordered(keys) } satisfies Accounts,
    completeness: [
      {
        list: '/accounts',
        basis: `the roster ${register.name} of ${register.date}, and the log-in roles of every database server`,
        returned: keys.size,
        missing: missingOf(met, targets, 'postgres-server'),
      },
    ],
    request: `compare ${register.name} (sha256 ${register.sha256}) with postgres.roles of every server`,
    evidence: files.accounts ? [files.accounts] : [],
  });
}
