import type { Row } from './row.ts';

/** A function that we may call, of which we know what it does and with whose rights. */
export const isOurs = (access: Row | undefined, body: string): boolean =>
  access?.['callable'] === true && access['owned_by_superuser'] === true && access['source'] === body;

/**
 * Whether this role may look by itself, and what there is to know of the function of assay_audit that would look for it.
 *
 * @param direct condition in SQL, where `r` is the role of pg_roles that asks
 */
export const accessText = (
  fn: string,
  direct = 'r.rolsuper',
): string => `select ${direct} as direct, p.prosrc as source, o.rolsuper as owned_by_superuser,
  coalesce(pg_catalog.has_function_privilege(p.oid, 'execute')
    and pg_catalog.has_schema_privilege(n.oid, 'usage'), false) as callable
from pg_catalog.pg_roles r
left join pg_catalog.pg_namespace n on n.nspname = 'assay_audit'
left join pg_catalog.pg_proc p
  on p.pronamespace = n.oid and p.proname = '${fn}' and p.pronargs = 0 and p.prosecdef
left join pg_catalog.pg_roles o on o.oid = p.proowner
where r.rolname = current_user`;
