import type { Functions } from './facts/functions.ts';
import { everyMajor, type Query } from './query.ts';
import { booleanOf, type Row, textOf, textsOf } from './row.ts';

/**
 * Functions that run with their owner's rights, apart from those of extensions. A schema of the path is closed where it
 * exists, belongs to a superuser or the function's owner (`pg_database_owner` is the owner of the database), and nobody
 * else but superusers may make objects in it; `$user` and the temporary schemas of sessions are never closed. What stands
 * in quotes is one name, whatever commas are in it: most likely one of no schema. The first pg_temp of a path counts.
 */
export const definerFunctionsQuery: Query = {
  ...everyMajor,
  name: 'definer-functions',
  text: `select n.nspname::text as schema, p.proname::text as name,
  pg_catalog.pg_get_function_identity_arguments(p.oid) as arguments,
  o.rolname::text as owner, o.rolsuper as owner_superuser,
  exists (select 1 from pg_catalog.aclexplode(coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) a
    where a.grantee = 0 and a.privilege_type = 'EXECUTE') as public_execute,
  c.entries is not null as fixed,
  coalesce(pg_catalog.array_position(c.entries, 'pg_temp') = pg_catalog.cardinality(c.entries), false) as temporary_last,
  array(select e.name from pg_catalog.unnest(c.entries) e(name)
    where e.name not in ('', 'pg_temp') and not exists (
      select 1 from pg_catalog.pg_namespace m
      join pg_catalog.pg_roles w on w.oid = m.nspowner
      join pg_catalog.pg_roles h
        on h.oid = case when w.rolname = 'pg_database_owner' then d.datdba else w.oid end
      where m.nspname = e.name and m.nspname !~ '^([$]user$|pg_temp_)'
        and (h.rolsuper or h.oid = p.proowner) and not exists (
        select 1 from pg_catalog.aclexplode(m.nspacl) a left join pg_catalog.pg_roles g on g.oid = a.grantee
        where a.privilege_type = 'CREATE' and a.grantee not in (m.nspowner, p.proowner)
          and not coalesce(g.rolsuper, false)))
    order by 1) as open_schemas
from pg_catalog.pg_proc p
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
join pg_catalog.pg_roles o on o.oid = p.proowner
join pg_catalog.pg_database d on d.datname = pg_catalog.current_database()
left join lateral (
  select array(
    select coalesce(pg_catalog.replace(t.parts[1], '""', '"'), pg_catalog.lower(t.parts[2]))
    from pg_catalog.regexp_matches(pg_catalog.substr(v.setting, 13), '"((?:[^"]|"")*)"|([^",[:space:]]+)', 'g')
      with ordinality t(parts, place)
    order by t.place) as entries
  from pg_catalog.unnest(p.proconfig) v(setting) where pg_catalog.starts_with(v.setting, 'search_path=')
) c on true
where p.prosecdef and n.nspname not in ('pg_catalog', 'information_schema') and not exists (
  select 1 from pg_catalog.pg_depend x
  where x.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and x.objid = p.oid and x.deptype = 'e')
order by 1, 2, 3`,
};

export const functionsOf = (rows: readonly Row[], database: string): Functions =>
  rows.map((row) => ({
    database,
    schema: textOf(row, 'schema'),
    name: textOf(row, 'name'),
    arguments: textOf(row, 'arguments'),
    owner: textOf(row, 'owner'),
    ownerSuperuser: booleanOf(row, 'owner_superuser'),
    publicExecute: booleanOf(row, 'public_execute'),
    fixed: booleanOf(row, 'fixed'),
    temporaryLast: booleanOf(row, 'temporary_last'),
    openSchemas: textsOf(row, 'open_schemas'),
  }));
