import type { Parameters } from './facts/parameters.ts';
import { everyMajor, type Query, supportedMajors } from './query.ts';
import { booleanOf, type Row, textOf, textsOf } from './row.ts';

const firstWithGrants = 15;

const isOfTheLog =
  "(s.name like 'log\\_%' or s.name like 'pgaudit.%' or s.name like 'syslog\\_%' or s.name in ('logging_collector', 'event_source'))";

/** Superusers need no grant. */
const textWith = (grantees: string, settings: string): string => `select s.name as parameter,
  ${isOfTheLog} as log,
  ${grantees.replaceAll('#', 'SET')} as set_by,
  ${grantees.replaceAll('#', 'ALTER SYSTEM')} as alter_system_by
from ${settings}
order by s.name`;

const ofTheLog = `select s.name from pg_catalog.pg_settings s
  where s.context not in ('internal', 'user') and ${isOfTheLog}`;

/** A right may be to a setting that is hidden from the role, or that an extension will bring. */
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
      `(${ofTheLog}
  union
  select coalesce(k.name, p.parname) from pg_catalog.pg_parameter_acl p
  left join pg_catalog.pg_settings k on pg_catalog.lower(k.name) = p.parname) s`,
    ),
  },
  {
    name: 'parameters',
    since: supportedMajors.first,
    before: firstWithGrants,
    text: textWith("'{}'::text[]", `(${ofTheLog}) s`),
  },
];

export const parametersOf = (rows: readonly Row[]): Parameters =>
  rows.map((row) => ({
    parameter: textOf(row, 'parameter'),
    log: booleanOf(row, 'log'),
    setBy: textsOf(row, 'set_by').map((role) => ({ role })),
    alterSystemBy: textsOf(row, 'alter_system_by').map((role) => ({ role })),
  }));
