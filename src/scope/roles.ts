import type { CollectedObservation, DeclaredMembership, Target } from '../model/index.ts';
import type { Membership } from '../postgres/role-reach.ts';
import type { Declared } from './declared.ts';
import type { Roles } from './facts/roles.ts';
import { grantsSource, keyOf, type Meetings, roleSources } from './meetings.ts';
import { ageDays, missingOfServers, ordered, seen, undeclaredRegister } from './observed.ts';

type Row = Roles['memberships'][number];

export function rolesObservation(
  { registers, files, targets }: Declared,
  met: Meetings,
  at: string,
): CollectedObservation {
  const register = registers.roles;
  if (!register) return undeclaredRegister('scope.roles', 'roles', at);
  const rows = new Map<string, Row>();
  for (const one of register.memberships)
    rows.set(keyOf(one.system, one.account, one.role), declaredRow(one, met));
  for (const { id } of servers(targets))
    for (const grant of met.roles(id).memberships) {
      if (isShipped(grant)) continue;
      const key = keyOf(id, grant.member, grant.granted);
      rows.set(key, metRow(id, grant, rows.get(key), met));
    }
  const accounts = servers(targets).flatMap(({ id }) =>
    met.roles(id).accounts.map((one) => ({ system: id, ...one })),
  );
  return seen('scope.roles', at, {
    value: {
      registerAgeDays: ageDays(register.date, at),
      memberships: ordered(rows),
      accounts,
    } satisfies Roles,
    completeness: [
      {
        list: '/memberships',
        basis: `the model ${register.name} of ${register.date}, and the memberships of every database server`,
        returned: rows.size,
        missing: missingOfServers(met, targets, ['postgres.memberships']),
      },
      {
        list: '/accounts',
        basis: 'the log-in roles of every database server, and what was granted to them',
        returned: accounts.length,
        missing: missingOfServers(met, targets, ['postgres.roles', grantsSource]),
      },
    ],
    request: `compare ${register.name} (sha256 ${register.sha256}) with ${[...roleSources, grantsSource].join(', ')} of every server`,
    evidence: files.roles ? [files.roles] : [],
  });
}

const servers = (targets: readonly Target[]): readonly Target[] =>
  targets.filter(({ kind }) => kind === 'postgres-server');

const wholeOf = (met: Meetings, system: string): boolean => met.whole(system, 'postgres.memberships');

function declaredRow({ system, account, role, admin }: DeclaredMembership, met: Meetings): Row {
  const gone = wholeOf(met, system) ? { present: false, admin: false } : {};
  return { system, account, role, declared: true, declaredAdmin: admin, ...gone };
}

/** Without an option it gives nothing, though rules of pg_hba.conf may name it. */
const givesAnything = ({ admin, inherit, set }: Membership): boolean => admin || inherit || set;

function metRow(system: string, grant: Membership, before: Row | undefined, met: Meetings): Row {
  const { member, granted, admin } = grant;
  const row = before ?? {
    ...{ system, account: member, role: granted },
    ...{ declared: false, declaredAdmin: false },
  };
  // Not so where it was seen says nothing of where the same system was not seen.
  const whole = wholeOf(met, system);
  return {
    ...row,
    ...(whole || givesAnything(grant) ? { present: givesAnything(grant) } : {}),
    ...(whole || admin ? { admin } : {}),
  };
}

/** What pg_monitor consists of since PostgreSQL 10. */
const shipped: ReadonlySet<string> = new Set([
  'pg_read_all_settings',
  'pg_read_all_stats',
  'pg_stat_scan_tables',
]);

const isShipped = ({ member, granted, admin }: Membership): boolean =>
  member === 'pg_monitor' && shipped.has(granted) && !admin;
