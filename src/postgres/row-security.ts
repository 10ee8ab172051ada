import { commands, type Policies } from './facts/policies.ts';
import type { Tables } from './facts/tables.ts';
import type { Views } from './facts/views.ts';
import { objectName } from './object-name.ts';
import { everyMajor, type Query } from './query.ts';
import { booleanOf, integerOf, optionalTextOf, type Row, textOf, textsOf } from './row.ts';

const roleOf = (oid: string): string =>
  `case ${oid} when 0 then 'public' else pg_catalog.pg_get_userbyid(${oid})::text end`;

/** Of the expressions of policy `x` only whether they let every row through, never their text. */
const everyRow = `coalesce(pg_catalog.pg_get_expr(x.polqual, x.polrelid) = 'true', false)`;
const everyNewRow = `(coalesce(pg_catalog.pg_get_expr(coalesce(x.polwithcheck, x.polqual), x.polrelid) = 'true', false)
    and x.polcmd in ('a', 'w', '*'))`;

/**
 * In each database. Policies do not hold for who reads a partition or inherited child by its own name: the grants on those
 * without row security, and the owners of those where it is not forced, are told with each table above that has it. A
 * grant counts where somebody who has it may look into the schema.
 */
export const tablesQuery: Query = {
  ...everyMajor,
  name: 'tables',
  text: `select n.nspname::text as schema, c.relname::text as name,
  case when o.rolname = 'pg_database_owner' then d.owner else o.rolname::text end as owner,
  coalesce(p.open_to, '{}') as open_to, c.relrowsecurity as row_security, c.relforcerowsecurity as forced, coalesce(p.total, 0) as policies,
  c.relpersistence = 'u' as unlogged, case when m.amname <> 'heap' then m.amname::text end as access_method,
  coalesce(t.total, 0) as disabled_triggers, c.relispartition as partition,
  coalesce(k.granted, '{}') as children_granted, coalesce(k.owners, '{}') as children_owners
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_roles o on o.oid = c.relowner
cross join (select pg_catalog.pg_get_userbyid(x.datdba)::text as owner
  from pg_catalog.pg_database x where x.datname = pg_catalog.current_database()) d
left join pg_catalog.pg_am m on m.oid = c.relam
left join (
  select x.polrelid, count(distinct x.oid)::int as total,
    array_agg(distinct ${roleOf('r')} order by ${roleOf('r')}) filter (where x.polpermissive and (${everyRow} or ${everyNewRow})) as open_to
  from pg_catalog.pg_policy x cross join lateral pg_catalog.unnest(x.polroles) r group by 1
) p on p.polrelid = c.oid
left join (select x.tgrelid, count(*)::int as total from pg_catalog.pg_trigger x
  where x.tgenabled in ('D', 'R') and not x.tgisinternal group by 1) t on t.tgrelid = c.oid
left join lateral (
  with recursive below(relation) as (
    select i.inhrelid from pg_catalog.pg_inherits i where i.inhparent = c.oid
    union
    select i.inhrelid from below b join pg_catalog.pg_inherits i on i.inhparent = b.relation
  )
  select array(
    select distinct ${roleOf('y.grantee')} from (
      select distinct a.grantee, x.relnamespace from below b
      join pg_catalog.pg_class x on x.oid = b.relation
      cross join lateral (
        select g.grantee, g.privilege_type from pg_catalog.aclexplode(x.relacl) g
        union all
        select g.grantee, g.privilege_type from pg_catalog.pg_attribute t
        cross join lateral pg_catalog.aclexplode(t.attacl) g where t.attrelid = x.oid
      ) a
      where not x.relrowsecurity and a.grantee <> x.relowner
        and a.privilege_type in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')) y
    left join pg_catalog.pg_roles r on r.oid = y.grantee
    where not coalesce(r.rolsuper, false) and exists (
      select 1 from pg_catalog.pg_roles h
      where not h.rolsuper
        and (h.rolcanlogin or exists (select 1 from pg_catalog.pg_auth_members g where g.roleid = h.oid))
        and pg_catalog.has_schema_privilege(h.oid, y.relnamespace, 'usage')
        and (y.grantee = 0 or pg_catalog.pg_has_role(h.oid, y.grantee, 'usage')))
    order by 1) as granted,
  array(
    select distinct case when r.rolname = 'pg_database_owner' then d.owner else r.rolname::text end from below b
    join pg_catalog.pg_class x on x.oid = b.relation join pg_catalog.pg_roles r on r.oid = x.relowner
    where not (x.relrowsecurity and x.relforcerowsecurity) order by 1) as owners
) k on c.relrowsecurity
where c.relkind in ('r', 'p') and c.relpersistence <> 't' and n.nspname not in ('pg_catalog', 'information_schema')
order by 1, 2`,
};

/** In each database. */
export const policiesQuery: Query = {
  ...everyMajor,
  name: 'policies',
  text: `select n.nspname::text as schema, c.relname::text as name, x.polname::text as policy,
  case x.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete'
    else 'all' end as command,
  x.polpermissive as permissive,
  array(select ${roleOf('r')} from pg_catalog.unnest(x.polroles) r order by 1) as roles,
  ${everyRow} as every_row, ${everyNewRow} as every_new_row
from pg_catalog.pg_policy x
join pg_catalog.pg_class c on c.oid = x.polrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
order by 1, 2, 3`,
};

const isSet = (relation: string, option: string): string =>
  `exists (select 1 from pg_catalog.unnest(${relation}.reloptions) o
    where o ~* '^${option}=(t|tr|tru|true|y|ye|yes|on|1)$')`;

/**
 * In each database. A view reads tables with its owner's rights, so the policies that hold for its owner decide; one with
 * security_invoker passes on whoever reads it, which may again be a view. A partition or inherited child holds rows of its
 * parent, whose policies do not hold where it is read by its own name.
 */
export const viewsQuery: Query = {
  ...everyMajor,
  name: 'views',
  text: `select x.* from (with recursive kept(relation) as (
  select c.oid from pg_catalog.pg_class c where c.relrowsecurity
  union
  select i.inhrelid from kept k join pg_catalog.pg_inherits i on i.inhparent = k.relation
), secured(relation, base) as (
  select k.relation, k.relation from kept k
  union
  select w.ev_class, s.base from secured s
  join pg_catalog.pg_class v on v.oid = s.relation
  join pg_catalog.pg_depend d
    on d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refobjid = s.relation
    and d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
  join pg_catalog.pg_rewrite w on w.oid = d.objid
  where w.ev_class <> s.relation and (v.relkind in ('r', 'p', 'f') or ${isSet('v', 'security_invoker')})
)
select n.nspname::text as schema, c.relname::text as name, c.relkind = 'm' as materialized,
  o.rolname::text as owner,
  ${isSet('c', 'security_invoker')} as invoker, ${isSet('c', 'security_barrier')} as barrier,
  exists (select 1 from secured s where s.relation = c.oid) as secured,
  not ${isSet('c', 'security_invoker')} and exists (
    select 1 from secured s join pg_catalog.pg_class b on b.oid = s.base
    where s.relation = c.oid and (not b.relrowsecurity or o.rolsuper or o.rolbypassrls
      or (not b.relforcerowsecurity and pg_catalog.pg_has_role(c.relowner, b.relowner, 'usage')))) as bypasses
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_roles o on o.oid = c.relowner
where c.relkind in ('v', 'm') and c.relpersistence <> 't' and n.nspname not in ('pg_catalog', 'information_schema')
) x order by 1, 2`,
};

/** @param taken roles that somebody who logs in can take up, superusers apart */
export const tablesOf = (rows: readonly Row[], database: string, taken: ReadonlySet<string>): Tables =>
  rows.map((row) => {
    const owner = textOf(row, 'owner');
    const accessMethod = optionalTextOf(row, 'access_method');
    return {
      table: nameIn(row, database),
      owner,
      ownerTaken: taken.has(owner),
      rowSecurity: booleanOf(row, 'row_security'),
      forced: booleanOf(row, 'forced'),
      policies: integerOf(row, 'policies'),
      openTo: textsOf(row, 'open_to').map((role) => ({ role })),
      childrenOpenTo: childrenOpenTo(row, taken),
      unlogged: booleanOf(row, 'unlogged'),
      ...(accessMethod === undefined ? {} : { accessMethod }),
      disabledTriggers: integerOf(row, 'disabled_triggers'),
      partition: booleanOf(row, 'partition'),
    };
  });

function childrenOpenTo(row: Row, taken: ReadonlySet<string>): Tables[number]['childrenOpenTo'] {
  const owners = textsOf(row, 'children_owners').filter((role) => taken.has(role));
  const roles = new Set([...textsOf(row, 'children_granted'), ...owners]);
  return [...roles].sort().map((role) => ({ role }));
}

export const policiesOf = (rows: readonly Row[], database: string): Policies =>
  rows.map((row) => {
    const command = textOf(row, 'command');
    return {
      table: nameIn(row, database),
      policy: textOf(row, 'policy'),
      command: commands.find((known) => known === command) ?? 'all',
      permissive: booleanOf(row, 'permissive'),
      roles: textsOf(row, 'roles').map((role) => ({ role })),
      everyRow: booleanOf(row, 'every_row'),
      everyNewRow: booleanOf(row, 'every_new_row'),
    };
  });

export const viewsOf = (rows: readonly Row[], database: string): Views =>
  rows.map((row) => ({
    view: nameIn(row, database),
    materialized: booleanOf(row, 'materialized'),
    owner: textOf(row, 'owner'),
    securityInvoker: booleanOf(row, 'invoker'),
    securityBarrier: booleanOf(row, 'barrier'),
    rowSecurity: booleanOf(row, 'secured'),
    bypasses: booleanOf(row, 'bypasses'),
  }));

const nameIn = (row: Row, database: string): string =>
  objectName(database, textOf(row, 'schema'), textOf(row, 'name'));
