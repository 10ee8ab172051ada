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

/** $1: schema, $2: table: whether a select that names no column of it is allowed; no row: there is no such table. */
export const tableReadQuery: Query = {
  ...everyMajor,
  name: 'table-read',
  text: `select pg_catalog.has_schema_privilege(n.oid, 'usage')
    and pg_catalog.has_any_column_privilege(c.oid, 'select') as readable
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname = $1 and c.relname = $2 and c.relkind in ('r', 'p', 'v', 'm', 'f')`,
};
