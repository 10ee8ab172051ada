import { type DirectGrants, grantKinds } from './facts/direct-grants.ts';
import { everyMajor, type Query } from './query.ts';
import { integerOf, type Row, textOf } from './row.ts';

/** In each database: on how many objects a role that may log in was granted something, objects of its own apart. */
export const directGrantsQuery: Query = {
  ...everyMajor,
  name: 'direct-grants',
  text: `select g.rolname::text as role, x.kind, least(count(distinct x.object), 2147483647)::int as objects
from (
  select 'relation' as kind, c.oid as object, c.relowner as owner, c.relacl as acl
  from pg_catalog.pg_class c where c.relpersistence <> 't'
  union all
  select 'column', c.oid, c.relowner, t.attacl from pg_catalog.pg_attribute t
  join pg_catalog.pg_class c on c.oid = t.attrelid
  where t.attacl is not null and not t.attisdropped and c.relpersistence <> 't'
  union all
  select 'schema', n.oid, n.nspowner, n.nspacl from pg_catalog.pg_namespace n
  union all
  select 'function', p.oid, p.proowner, p.proacl from pg_catalog.pg_proc p
  union all
  select 'type', t.oid, t.typowner, t.typacl from pg_catalog.pg_type t
  union all
  select 'language', l.oid, l.lanowner, l.lanacl from pg_catalog.pg_language l
  union all
  select 'foreign-data-wrapper', w.oid, w.fdwowner, w.fdwacl from pg_catalog.pg_foreign_data_wrapper w
  union all
  select 'foreign-server', s.oid, s.srvowner, s.srvacl from pg_catalog.pg_foreign_server s
  union all
  select 'large-object', m.oid, m.lomowner, m.lomacl from pg_catalog.pg_largeobject_metadata m
  union all
  select 'database', d.oid, d.datdba, d.datacl from pg_catalog.pg_database d
  where d.datname = pg_catalog.current_database()
  union all
  select 'default', d.oid, d.defaclrole, d.defaclacl from pg_catalog.pg_default_acl d
) x
cross join lateral pg_catalog.aclexplode(x.acl) a
join pg_catalog.pg_roles g on g.oid = a.grantee
where g.rolcanlogin and a.grantee <> x.owner
group by g.rolname, x.kind
order by 1, 2`,
};

export const directGrantsOf = (rows: readonly Row[], database: string): DirectGrants =>
  rows.map((row) => {
    const kind = textOf(row, 'kind');
    return {
      database,
      role: textOf(row, 'role'),
      kind: grantKinds.find((known) => known === kind) ?? 'relation',
      objects: integerOf(row, 'objects'),
    };
  });
