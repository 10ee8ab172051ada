import type { Overrides } from './facts/overrides.ts';
import { everyMajor, type Query } from './query.ts';
import { optionalTextOf, type Row, textOf } from './row.ts';

/**
 * The server sees to the form of its own settings. Those of an extension that is not loaded take any text, so of them
 * only words leave that extensions know.
 */
const knownWords =
  '^([[:space:],]*(-?(all|none|ddl|function|misc|misc_set|read|role|write)|on|off|true|false|log|warning|notice|info|debug[1-5]?|[0-9]{1,9}))*[[:space:],]*$';

/**
 * $1: names whose value may leave; of every other only that it is set. Empty role or database: every one. What
 * ALTER ROLE and ALTER DATABASE set, every role may read.
 */
export const overridesQuery: Query = {
  ...everyMajor,
  name: 'overrides',
  text: `select o.setting, coalesce(r.rolname::text, '') as role, coalesce(d.datname::text, '') as database,
  case when o.setting = any ($1::text[]) and (pg_catalog.strpos(o.setting, '.') = 0 or o.value ~* '${knownWords}')
    then o.value end as value
from pg_catalog.pg_db_role_setting s
cross join lateral pg_catalog.unnest(s.setconfig) c(entry)
cross join lateral (select pg_catalog.lower(pg_catalog.split_part(c.entry, '=', 1)) as setting,
  pg_catalog.substr(c.entry, pg_catalog.strpos(c.entry, '=') + 1) as value) o
left join pg_catalog.pg_roles r on r.oid = s.setrole
left join pg_catalog.pg_database d on d.oid = s.setdatabase
where (s.setrole = 0 or r.oid is not null) and (s.setdatabase = 0 or d.oid is not null)
order by 1, 2, 3`,
};

export const overridesOf = (rows: readonly Row[]): Overrides =>
  rows.map((row) => {
    const role = textOf(row, 'role');
    const database = textOf(row, 'database');
    const value = optionalTextOf(row, 'value');
    return {
      setting: textOf(row, 'setting'),
      scope: scopeOf(role, database),
      role,
      database,
      ...(value === undefined ? {} : { value }),
    };
  });

/** Who a value is for, in words; empty: every one. */
export function scopeOf(role: string, database: string): string {
  const who = [role === '' ? '' : `role ${role}`, database === '' ? '' : `database ${database}`];
  const named = who.filter((one) => one !== '');
  return named.length === 0 ? 'every role' : named.join(' in ');
}
