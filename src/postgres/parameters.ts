import type { Parameters } from './facts/parameters.ts';
import { everyMajor, type Query, supportedMajors } from './query.ts';
import { booleanOf, type Row, textOf } from './row.ts';

const firstWithGrants = 15;

/** Superusers need no grant. Before version 15 nobody else could be given such a right. */
export const parametersQueries: readonly Query[] = [
  {
    name: 'parameters',
    since: firstWithGrants,
    before: everyMajor.before,
    text: `select p.parname as parameter, coalesce(r.rolname::text, '') as role,
  bool_or(a.privilege_type = 'SET') as set, bool_or(a.privilege_type = 'ALTER SYSTEM') as alter_system
from pg_catalog.pg_parameter_acl p
cross join lateral pg_catalog.aclexplode(p.paracl) a
left join pg_catalog.pg_roles r on r.oid = a.grantee
where not coalesce(r.rolsuper, false)
group by 1, 2
order by 1, 2`,
  },
  {
    name: 'parameters',
    since: supportedMajors.first,
    before: firstWithGrants,
    text: `select '' as parameter, '' as role, false as set, false as alter_system
from pg_catalog.pg_roles r where false`,
  },
];

export const parametersOf = (rows: readonly Row[]): Parameters =>
  rows.map((row) => ({
    parameter: textOf(row, 'parameter'),
    role: textOf(row, 'role'),
    set: booleanOf(row, 'set'),
    alterSystem: booleanOf(row, 'alter_system'),
  }));
