import type { Parameters } from './facts/parameters.ts';
import { everyMajor, type Query, supportedMajors } from './query.ts';
import { booleanOf, type Row, textOf, textsOf } from './row.ts';

const firstWithGrants = 15;

/** Settings of the log, and whatever else is granted; superusers need no grant. */
const textWith = (grantees: string, granted: string): string => `select s.name as parameter,
  s.name like 'log\\_%' or s.name like 'pgaudit.%' as log,
  ${grantees.replaceAll('#', 'SET')} as set_by,
  ${grantees.replaceAll('#', 'ALTER SYSTEM')} as alter_system_by
from pg_catalog.pg_settings s
where s.context not in ('internal', 'user') and (s.name like 'log\\_%' or s.name like 'pgaudit.%')${granted}
order by s.name`;

export const parametersQueries: readonly Query[] = [
  {
    name: 'parameters',
    since: firstWithGrants,
    before: everyMajor.before,
    text: textWith(
      `array(select coalesce(r.rolname::text, 'PUBLIC') from pg_catalog.pg_parameter_acl p
    cross join lateral pg_catalog.aclexplode(p.paracl) a
    left join pg_catalog.pg_roles r on r.oid = a.grantee
    where p.parname = pg_catalog.lower(s.name) and a.privilege_type = '#' and not coalesce(r.rolsuper, false)
    order by 1)`,
      `
  or exists (select 1 from pg_catalog.pg_parameter_acl p where p.parname = pg_catalog.lower(s.name))`,
    ),
  },
  {
    name: 'parameters',
    since: supportedMajors.first,
    before: firstWithGrants,
    text: textWith("'{}'::text[]", ''),
  },
];

export const parametersOf = (rows: readonly Row[]): Parameters =>
  rows.map((row) => ({
    parameter: textOf(row, 'parameter'),
    log: booleanOf(row, 'log'),
    setBy: textsOf(row, 'set_by'),
    alterSystemBy: textsOf(row, 'alter_system_by'),
  }));
