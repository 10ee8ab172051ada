import type { Extensions } from './facts/extensions.ts';
import type { Languages } from './facts/languages.ts';
import { everyMajor, type Query, supportedMajors } from './query.ts';
import { booleanOf, optionalTextOf, type Row, textOf } from './row.ts';

const firstWithTrust = 13;

/** A version that the server's folder no longer offers has neither a default nor a flag. */
const textWith = (trusted: string): string => `select e.extname::text as name, e.extversion as version,
  a.default_version, n.nspname::text as schema, o.rolname::text as owner, ${trusted} as trusted
from pg_catalog.pg_extension e
join pg_catalog.pg_namespace n on n.oid = e.extnamespace
join pg_catalog.pg_roles o on o.oid = e.extowner
left join pg_catalog.pg_available_extensions a on a.name = e.extname
left join pg_catalog.pg_available_extension_versions v on v.name = e.extname and v.version = e.extversion
order by 1`;

export const extensionsQueries: readonly Query[] = [
  {
    name: 'extensions',
    since: firstWithTrust,
    before: everyMajor.before,
    text: textWith('coalesce(v.trusted, false)'),
  },
  {
    name: 'extensions',
    since: supportedMajors.first,
    before: firstWithTrust,
    text: textWith('not coalesce(v.superuser, true)'),
  },
];

export const extensionsOf = (rows: readonly Row[], database: string): Extensions =>
  rows.map((row) => {
    const offered = optionalTextOf(row, 'default_version');
    return {
      database,
      name: textOf(row, 'name'),
      version: textOf(row, 'version'),
      ...(offered === undefined ? {} : { offered }),
      schema: textOf(row, 'schema'),
      owner: textOf(row, 'owner'),
      trusted: booleanOf(row, 'trusted'),
    };
  });

export const languagesQuery: Query = {
  ...everyMajor,
  name: 'languages',
  text: `select l.lanname::text as name, l.lanpltrusted as trusted, o.rolname::text as owner,
  exists (select 1 from pg_catalog.aclexplode(coalesce(l.lanacl, pg_catalog.acldefault('l', l.lanowner))) a
    where a.grantee = 0 and a.privilege_type = 'USAGE') as public_usage
from pg_catalog.pg_language l
join pg_catalog.pg_roles o on o.oid = l.lanowner
where l.lanispl order by 1`,
};

export const languagesOf = (rows: readonly Row[], database: string): Languages =>
  rows.map((row) => ({
    database,
    name: textOf(row, 'name'),
    trusted: booleanOf(row, 'trusted'),
    owner: textOf(row, 'owner'),
    publicUsage: booleanOf(row, 'public_usage'),
  }));
