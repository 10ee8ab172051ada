import { inertTreeWithPolicies, treeOf } from './inert-table.ts';
import { storedRelation } from './plain-column.ts';
import { everyMajor, type Query } from './query.ts';

/**
 * Which of these rights the role has that asks; $1: roles, $2: relations of pg_catalog, $3: signatures of functions of
 * pg_catalog. A superuser has all of them.
 */
export const rightsQuery: Query = {
  ...everyMajor,
  name: 'rights',
  text: `select array(select m.rolname::text from pg_catalog.pg_roles m
    where m.rolname = any ($1::text[]) and pg_catalog.pg_has_role(m.oid, 'usage') order by 1) as memberships,
  array(select c.relname::text from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'pg_catalog' and c.relname = any ($2::text[])
      and pg_catalog.has_table_privilege(c.oid, 'select') order by 1) as relations,
  array(select f.signature from (
      select p.oid, p.proname || '(' || pg_catalog.oidvectortypes(p.proargtypes) || ')' as signature
      from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
      where n.nspname = 'pg_catalog') f
    where f.signature = any ($3::text[]) and pg_catalog.has_function_privilege(f.oid, 'execute')
    order by 1) as functions`,
};

/** The functions of the schema assay_audit, and whether the role that asks may call them. */
export const auditFunctionsQuery: Query = {
  ...everyMajor,
  name: 'audit-functions',
  text: `select p.proname::text as function, p.prosrc as source, o.rolsuper as owned_by_superuser,
  pg_catalog.has_function_privilege(p.oid, 'execute')
    and pg_catalog.has_schema_privilege(n.oid, 'usage') as callable
from pg_catalog.pg_proc p
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
join pg_catalog.pg_roles o on o.oid = p.proowner
where n.nspname = 'assay_audit' and p.pronargs = 0 and p.prosecdef
order by 1`,
};

/**
 * $1: schema, $2: table: whether a select that names no column of it is allowed, and runs no code of others; no row: there
 * is no such table.
 */
export const tableReadQuery: Query = {
  ...everyMajor,
  name: 'table-read',
  text: `with recursive ${treeOf('$1', '$2')}
select pg_catalog.has_schema_privilege(n.oid, 'usage')
    and pg_catalog.has_any_column_privilege(c.oid, 'select') as readable,
  ${storedRelation} and not exists (
    select 1 from tree join pg_catalog.pg_class x on x.oid = tree.oid where x.relkind = 'f')
    and ${inertTreeWithPolicies} as inert
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname = $1 and c.relname = $2 and c.relkind in ('r', 'p', 'v', 'm', 'f')`,
};

/** Why a read of a table is not tried that would run code of others. */
export const notInert =
  'it is a view, is or has a part on another server, or an index, a constraint, statistics, the partition key or a policy of it calls a function, operator or type of a role that is no superuser: code of others could run';
