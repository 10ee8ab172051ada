import type { Ownership } from './facts/ownership.ts';
import { everyMajor, type Query } from './query.ts';
import { integerOf, type Row, textOf } from './row.ts';
import type { Takers } from './takers.ts';

const outside = `n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_(toast|temp_|toast_temp_)'`;

/** In each database: how much of it each role owns; what pg_database_owner owns is the database's owner's. */
export const ownershipQuery: Query = {
  ...everyMajor,
  name: 'ownership',
  text: `select case when o.rolname = 'pg_database_owner'
    then (select pg_catalog.pg_get_userbyid(d.datdba) from pg_catalog.pg_database d
      where d.datname = pg_catalog.current_database())
    else o.rolname end::text as owner,
  sum(x.databases)::int as databases, sum(x.schemas)::int as schemas, sum(x.relations)::int as relations,
  sum(x.functions)::int as functions
from (
  select d.datdba as owner, 1 as databases, 0 as schemas, 0 as relations, 0 as functions
  from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()
  union all
  select n.nspowner, 0, 1, 0, 0 from pg_catalog.pg_namespace n where ${outside}
  union all
  select c.relowner, 0, 0, 1, 0 from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and ${outside}
  union all
  select p.proowner, 0, 0, 0, 1 from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
  where ${outside}
) x
join pg_catalog.pg_roles o on o.oid = x.owner
group by 1
order by 1`,
};

type Counts = Record<'databases' | 'schemas' | 'relations' | 'functions', number>;

/** @param rows of all databases together */
export function ownershipOf(rows: readonly Row[], takers: Takers): Ownership {
  const found = new Map<string, Counts>();
  for (const row of rows) {
    const role = textOf(row, 'owner');
    const before = found.get(role);
    const sum = (name: keyof Counts): number => (before?.[name] ?? 0) + integerOf(row, name);
    found.set(role, {
      databases: sum('databases'),
      schemas: sum('schemas'),
      relations: sum('relations'),
      functions: sum('functions'),
    });
  }
  return [...found]
    .map(([owner, counts]) => ({
      owner,
      superuser: takers.isSuperuser(owner),
      ...counts,
      members: takers.of(owner),
    }))
    .sort((a, b) => (a.owner < b.owner ? -1 : 1));
}
