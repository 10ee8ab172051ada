import { type Defaults, defaultKinds } from './facts/defaults.ts';
import { everyMajor, type Query } from './query.ts';
import { type Row, textOf, textsOf } from './row.ts';

/**
 * In each database: how default privileges differ from the built-in ones. An entry for every schema takes their place
 * and repeats them; one for a single schema adds to them (PostgreSQL, pg_default_acl). There 'S' is a sequence, which
 * acldefault calls 's'.
 */
export const defaultPrivilegesQuery: Query = {
  ...everyMajor,
  name: 'default-privileges',
  text: `select pg_catalog.pg_get_userbyid(d.defaclrole)::text as maker, coalesce(n.nspname::text, '') as schema,
  case d.defaclobjtype when 'r' then 'table' when 'S' then 'sequence' when 'f' then 'function' when 'T' then 'type'
    when 'n' then 'schema' else 'large-object' end as kind,
  a.change,
  case a.grantee when 0 then 'public' else pg_catalog.pg_get_userbyid(a.grantee)::text end as role,
  array_agg(distinct a.privilege_type::text order by a.privilege_type::text) as privileges
from pg_catalog.pg_default_acl d
left join pg_catalog.pg_namespace n on n.oid = d.defaclnamespace
cross join lateral (
  select case when d.defaclnamespace = 0 then pg_catalog.acldefault(
    case d.defaclobjtype when 'S' then 's'::pg_catalog."char" else d.defaclobjtype end, d.defaclrole) end as acl
) built_in
cross join lateral (
  select 'granted' as change, x.grantee, x.privilege_type from pg_catalog.aclexplode(d.defaclacl) x
  where not exists (select 1 from pg_catalog.aclexplode(built_in.acl) y
    where y.grantee = x.grantee and y.privilege_type = x.privilege_type)
  union all
  select 'revoked', y.grantee, y.privilege_type from pg_catalog.aclexplode(built_in.acl) y
  where not exists (select 1 from pg_catalog.aclexplode(d.defaclacl) x
    where y.grantee = x.grantee and y.privilege_type = x.privilege_type)
) a
where a.grantee <> d.defaclrole
group by d.defaclrole, n.nspname, d.defaclobjtype, a.change, a.grantee
order by 1, 2, 3, 4, 5`,
};

export const defaultsOf = (rows: readonly Row[], database: string): Defaults =>
  rows.map((row) => {
    const kind = textOf(row, 'kind');
    return {
      database,
      maker: textOf(row, 'maker'),
      schema: textOf(row, 'schema'),
      kind: defaultKinds.find((known) => known === kind) ?? 'large-object',
      change: textOf(row, 'change') === 'revoked' ? 'revoked' : 'granted',
      role: textOf(row, 'role'),
      privileges: textsOf(row, 'privileges'),
    };
  });
