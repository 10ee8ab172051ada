/** A common table expression `tree`: a relation with its partitions and inherited children. */
export const treeOf = (schema: string, table: string): string => `tree(oid) as (
  select c.oid from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where n.nspname = ${schema} and c.relname = ${table}
  union
  select i.inhrelid from pg_catalog.pg_inherits i join tree on i.inhparent = tree.oid
)`;

/**
 * Whether nothing that the server evaluates to plan a query of `tree` is code of a role that is no superuser: constants in
 * the expressions of indices, statistics, partition keys and constraints. What PostgreSQL brings has smaller numbers,
 * and enumerations run nothing.
 *
 * @param more further objects that count, as rows of class and number
 */
const inert = (more = ''): string => `not exists (
    select 1 from pg_catalog.pg_depend u
    join pg_catalog.pg_roles w on w.oid = case u.refclassid
      when 'pg_catalog.pg_proc'::pg_catalog.regclass
        then (select y.proowner from pg_catalog.pg_proc y where y.oid = u.refobjid)
      when 'pg_catalog.pg_operator'::pg_catalog.regclass
        then (select y.oprowner from pg_catalog.pg_operator y where y.oid = u.refobjid)
      when 'pg_catalog.pg_type'::pg_catalog.regclass
        then (select y.typowner from pg_catalog.pg_type y left join pg_catalog.pg_type e on e.oid = y.typelem
          where y.oid = u.refobjid and y.typtype <> 'e' and coalesce(e.typtype, 'b') <> 'e') end
    where u.refobjid >= 16384 and u.objsubid = 0 and not w.rolsuper and (u.classid, u.objid) in (
      select 'pg_catalog.pg_class'::pg_catalog.regclass, tree.oid from tree
      union all
      select 'pg_catalog.pg_class'::pg_catalog.regclass, i.indexrelid
      from tree join pg_catalog.pg_index i on i.indrelid = tree.oid
      union all
      select 'pg_catalog.pg_constraint'::pg_catalog.regclass, k.oid
      from tree join pg_catalog.pg_constraint k on k.conrelid = tree.oid
      union all
      select 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass, e.oid
      from tree join pg_catalog.pg_statistic_ext e on e.stxrelid = tree.oid${more}))`;

export const inertTree = inert();

/** For whom row security holds: its policies too. */
export const inertTreeWithPolicies = inert(`
      union all
      select 'pg_catalog.pg_policy'::pg_catalog.regclass, x.oid
      from tree join pg_catalog.pg_policy x on x.polrelid = tree.oid`);
