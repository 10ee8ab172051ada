import type { Json } from '../model/index.ts';
import type { Access } from './facts/access.ts';
import { relationKinds } from './facts/privileges.ts';
import { objectName } from './object-name.ts';
import { everyMajor, type Query } from './query.ts';
import { booleanOf, jsonListOf, type Row, rowOf, textOf, textsOf } from './row.ts';

/** `public` is no role's name: PostgreSQL reserves it. */
const grantee = `case a.grantee when 0 then 'public' else pg_catalog.pg_get_userbyid(a.grantee)::text end`;

/** In each database: who was granted what on relations, apart from their owners, who may do everything. */
export const accessQuery: Query = {
  ...everyMajor,
  name: 'access',
  text: `select n.nspname::text as schema, c.relname::text as name,
  case c.relkind when 'r' then 'table' when 'p' then 'table' when 'v' then 'view' when 'm' then 'materialized-view'
    when 'f' then 'foreign-table' else 'sequence' end as kind,
  pg_catalog.pg_get_userbyid(c.relowner)::text as owner,
  coalesce(g.grants, '[]') as grants, coalesce(k.columns, '[]') as columns
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join lateral (
  select pg_catalog.json_agg(x order by x.role) as grants from (
    select ${grantee} as role,
      array_agg(distinct a.privilege_type::text order by a.privilege_type::text) as privileges,
      coalesce(array_agg(distinct a.privilege_type::text order by a.privilege_type::text)
        filter (where a.is_grantable), '{}') as grantable
    from pg_catalog.aclexplode(c.relacl) a where a.grantee <> c.relowner group by a.grantee) x
) g on c.relacl is not null
left join (
  select x.attrelid, pg_catalog.json_agg(
    pg_catalog.json_build_object('column', x.attname, 'role', x.role,
      'privileges', x.privileges, 'grantable', x.grantable) order by x.attname, x.role) as columns
  from (
    select t.attrelid, t.attname::text as attname, ${grantee} as role,
      array_agg(distinct a.privilege_type::text order by a.privilege_type::text) as privileges,
      coalesce(array_agg(distinct a.privilege_type::text order by a.privilege_type::text)
        filter (where a.is_grantable), '{}') as grantable
    from pg_catalog.pg_attribute t
    cross join lateral pg_catalog.aclexplode(t.attacl) a
    where t.attacl is not null and not t.attisdropped
    group by t.attrelid, t.attname, a.grantee) x
  group by x.attrelid
) k on k.attrelid = c.oid
where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and c.relpersistence <> 't'
  and n.nspname not in ('pg_catalog', 'information_schema')
order by 1, 2`,
};

/** What PostgreSQL keeps from ordinary roles: password verifiers, samples of data, secrets of connections. */
const guarded = `'{pg_authid,pg_shadow,pg_statistic,pg_statistic_ext_data,pg_subscription,pg_user_mapping,pg_largeobject,pg_hba_file_rules,pg_ident_file_mappings,pg_file_settings}'`;

/** In each database: what was granted on those catalogs beyond what PostgreSQL itself grants. */
export const catalogAccessQuery: Query = {
  ...everyMajor,
  name: 'catalog-access',
  text: `select c.relname::text as catalog, ${grantee} as role,
  array_agg(distinct a.privilege_type::text order by a.privilege_type::text) as privileges,
  a.grantee = (select u.oid from pg_catalog.pg_roles u where u.rolname = current_user) as looking
from pg_catalog.pg_class c
cross join lateral (
  select 0 as part, x.grantee, x.privilege_type from pg_catalog.aclexplode(c.relacl) x
  union all
  select t.attnum, x.grantee, x.privilege_type from pg_catalog.pg_attribute t
  cross join lateral pg_catalog.aclexplode(t.attacl) x where t.attrelid = c.oid
) a
where c.relnamespace = 'pg_catalog'::pg_catalog.regnamespace and c.relname = any (${guarded})
  and a.grantee <> c.relowner and not exists (
    select 1 from pg_catalog.pg_init_privs i cross join lateral pg_catalog.aclexplode(i.initprivs) b
    where i.objoid = c.oid and i.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass and i.objsubid = a.part
      and b.grantee = a.grantee and b.privilege_type = a.privilege_type)
group by c.relname, a.grantee
order by 1, 2`,
};

export const relationsOf = (rows: readonly Row[], database: string): Access['relations'] =>
  rows.map((row) => {
    const kind = textOf(row, 'kind');
    return {
      relation: objectName(database, textOf(row, 'schema'), textOf(row, 'name')),
      kind: relationKinds.find((known) => known === kind) ?? 'table',
      owner: textOf(row, 'owner'),
      grants: jsonListOf(row, 'grants').map(grantOf),
      columns: jsonListOf(row, 'columns').map(columnOf),
    };
  });

export const catalogsOf = (rows: readonly Row[], database: string): Access['catalogs'] =>
  rows.map((row) => ({
    database,
    catalog: textOf(row, 'catalog'),
    role: textOf(row, 'role'),
    privileges: textsOf(row, 'privileges'),
    looking: booleanOf(row, 'looking'),
  }));

function grantOf(value: Json): Access['relations'][number]['grants'][number] {
  const row = rowOf(value);
  return {
    role: textOf(row, 'role'),
    privileges: textsOf(row, 'privileges'),
    grantable: textsOf(row, 'grantable'),
  };
}

const columnOf = (value: Json): Access['relations'][number]['columns'][number] => ({
  column: objectName(textOf(rowOf(value), 'column')),
  ...grantOf(value),
});
