import type { Server } from './facts/server.ts';
import { everyMajor, type Query } from './query.ts';
import { booleanOf, type Row, textsOf } from './row.ts';

export type Platform = NonNullable<Server['platform']>;

/**
 * The two roles by which a platform is known: the one its customers administrate with, and the superuser that it keeps
 * for itself. One of them alone may have been made by anybody.
 */
const rolesOf = {
  rds: ['rds_superuser', 'rdsadmin'],
  cloudsql: ['cloudsqlsuperuser', 'cloudsqladmin'],
  azure: ['azure_pg_admin', 'azuresu'],
} as const;

export const platformQuery: Query = {
  ...everyMajor,
  name: 'platform',
  text: `select array(select r.rolname::text from pg_catalog.pg_roles r
    where r.rolname = any ('{${Object.values(rolesOf).flat().join(',')}}') order by 1) as roles,
  exists (select 1 from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'pg_catalog' and p.proname = 'aurora_version') as aurora`,
};

/** Undefined: no sign of a managed platform that we know. */
export function platformOf(row: Row): Platform | undefined {
  const found = textsOf(row, 'roles');
  const has = (platform: keyof typeof rolesOf): boolean =>
    rolesOf[platform].every((role) => found.includes(role));
  if (has('rds')) return booleanOf(row, 'aurora') ? 'aurora' : 'rds';
  if (has('cloudsql')) return 'cloudsql';
  return has('azure') ? 'azure' : undefined;
}
