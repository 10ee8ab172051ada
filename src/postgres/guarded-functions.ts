import type { GuardedFunctions } from './facts/guarded-functions.ts';
import { everyMajor, type Query } from './query.ts';
import { booleanOf, type Row, textOf } from './row.ts';

/**
 * In each database. What PostgreSQL and the scripts of extensions keep from PUBLIC stands with its first privileges in
 * pg_init_privs; who has more than these was granted it, or owns the function.
 */
export const guardedFunctionsQuery: Query = {
  ...everyMajor,
  name: 'guarded-functions',
  text: `select n.nspname || '.' || p.proname || '(' || pg_catalog.oidvectortypes(p.proargtypes) || ')' as function,
  case a.grantee when 0 then 'public' else pg_catalog.pg_get_userbyid(a.grantee)::text end as role,
  coalesce(r.rolname = current_user, false) as looking
from pg_catalog.pg_init_privs i
join pg_catalog.pg_proc p on p.oid = i.objoid
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
cross join lateral (select distinct x.grantee
  from pg_catalog.aclexplode(coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) x
  where x.privilege_type = 'EXECUTE') a
left join pg_catalog.pg_roles r on r.oid = a.grantee
where i.classoid = 'pg_catalog.pg_proc'::pg_catalog.regclass and not coalesce(r.rolsuper, false)
  and not exists (select 1 from pg_catalog.aclexplode(i.initprivs) b
    where b.grantee in (0, a.grantee) and b.privilege_type = 'EXECUTE')
order by 1, 2`,
};

export const guardedFunctionsOf = (rows: readonly Row[], database: string): GuardedFunctions =>
  rows.map((row) => ({
    database,
    function: textOf(row, 'function'),
    role: textOf(row, 'role'),
    looking: booleanOf(row, 'looking'),
  }));
