import type { AccessApproval, CollectedObservation } from '../model/index.ts';
import type { AccessSight, Right } from './access-sight.ts';
import type { Declared } from './declared.ts';
import type { Changes } from './facts/changes.ts';
import { keyOf, type Meetings, roleSources } from './meetings.ts';
import { ageDays, missingOfServers, ordered, seen, undeclaredRegister } from './observed.ts';
import { personsOf } from './persons.ts';

type Row = Changes['changes'][number];

export function changesObservation(
  { registers, files, targets, earlier, previous }: Declared,
  met: Meetings,
  at: string,
): CollectedObservation {
  const register = registers.approvals;
  if (!register) return undeclaredRegister('scope.changes', 'approvals', at);
  const approvedOf = approvals(register.approvals, personsOf(registers), at);
  const rows = new Map<string, Row>();
  const unknown: string[] = [];
  for (const now of met.access()) {
    const before = lastOf(earlier.access, now);
    if (before === undefined) unknown.push(now.subject);
    else
      for (const { account, role } of addedTo(before, now)) {
        const right = { system: now.target, account, role };
        rows.set(keyOf(now.target, account, role), { ...right, since: before.at, ...approvedOf(right) });
      }
  }
  const why = 'no bundle given to this scan has its roles and memberships';
  return seen('scope.changes', at, {
    value: { changes: ordered(rows) } satisfies Changes,
    completeness: [
      {
        list: '/changes',
        basis: `the roles of every database server now and in earlier bundles, and the approvals ${register.name} of ${register.date}`,
        returned: rows.size,
        missing: [
          ...missingOfServers(met, targets, roleSources),
          ...unknown.sort().map((what) => ({ what, why })),
        ],
      },
    ],
    request: `compare ${roleSources.join(' and ')} of every server with those of ${
      previous.map(({ fingerprint }) => fingerprint).join(', ') || 'no earlier bundle'
    }, and what was added with ${register.name} (sha256 ${register.sha256})`,
    evidence: [files.approvals, files.accounts].flatMap((file) => file ?? []),
  });
}

function lastOf(earlier: readonly AccessSight[], { subject }: AccessSight): AccessSight | undefined {
  return earlier
    .filter((one) => one.subject === subject)
    .reduce<AccessSight | undefined>(
      (last, one) => (last !== undefined && last.at > one.at ? last : one),
      undefined,
    );
}

function addedTo(before: AccessSight, now: AccessSight): readonly Right[] {
  const had = new Set(before.rights.map(({ account, role }) => keyOf(account, role)));
  return now.rights.filter(({ account, role }) => !had.has(keyOf(account, role)));
}

function approvals(
  declared: readonly AccessApproval[],
  personOf: ReturnType<typeof personsOf>,
  at: string,
): (right: Pick<Row, 'system' | 'account' | 'role'>) => Pick<Row, 'approved' | 'ageDays'> {
  const days = new Map<string, string>();
  for (const { system, account, role, approver, date } of declared) {
    const own = [account, personOf(system, account)].map((name) => name?.toLowerCase());
    const key = keyOf(system, account, role);
    if (!own.includes(approver.toLowerCase()) && (days.get(key) ?? '') < date) days.set(key, date);
  }
  return ({ system, account, role }) => {
    const date = days.get(keyOf(system, account, role));
    return date === undefined ? { approved: false } : { approved: true, ageDays: ageDays(date, at) };
  };
}
