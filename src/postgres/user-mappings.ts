import { type Mappings, sslModes } from './facts/mappings.ts';
import { objectName } from './object-name.ts';
import { accessText, isOurs } from './ours.ts';
import { everyMajor, type Query } from './query.ts';
import { booleanOf, type Row, textOf } from './row.ts';

/** Names that options with a secret go by; those excepted hold a switch or the path of a file. */
const secretName = `o.option_name ~* 'pass|pwd|secret|token|key|credential'
      and o.option_name not in ('password_required', 'use_scram_passthrough', 'sslkey', 'ssl_key')`;

/**
 * In each database: every user mapping, and every foreign server whose own options hold a secret, as one without a role;
 * for everyone to read. Options of a server leave as one of libpq's words; those of
 * a mapping are hidden from others than superusers, and not asked for here.
 */
export const mappingsQuery: Query = {
  ...everyMajor,
  name: 'user-mappings',
  text: `select s.srvname::text as server, w.fdwname::text as wrapper, coalesce(u.usename::text, '') as role,
  exists (select 1 from pg_catalog.pg_depend d
    join pg_catalog.pg_extension e on e.oid = d.refobjid
    where d.classid = 'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass and d.objid = w.oid
      and d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
      and e.extname in ('postgres_fdw', 'dblink')) as libpq,
  coalesce((select case when o.option_value in ('disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full')
      then o.option_value else 'other' end
    from pg_catalog.pg_options_to_table(s.srvoptions) o where o.option_name = 'sslmode'), 'default') as ssl_mode,
  exists (select 1 from pg_catalog.pg_options_to_table(s.srvoptions) o
    where o.option_name = 'host' and o.option_value ~ '^[/@][^,]*$')
    and not exists (select 1 from pg_catalog.pg_options_to_table(s.srvoptions) o
      where o.option_name = 'hostaddr') as socket
from (select m.srvid, m.usename from pg_catalog.pg_user_mappings m
  union all
  select v.oid, null from pg_catalog.pg_foreign_server v where exists (
    select 1 from pg_catalog.pg_options_to_table(v.srvoptions) o where ${secretName})) u
join pg_catalog.pg_foreign_server s on s.oid = u.srvid
join pg_catalog.pg_foreign_data_wrapper w on w.oid = s.srvfdw
order by 1, 3`,
};

/** In each database: whether what follows is needed there. */
export const anyMappingQuery: Query = {
  ...everyMajor,
  name: 'any-user-mapping',
  text: 'select exists (select 1 from pg_catalog.pg_user_mappings) as needed',
};

/** Of the options of each mapping only which are there, never a value. */
export const userMappingsBody = `select s.srvname::text as server,
  case u.umuser when 0 then 'public' else pg_catalog.pg_get_userbyid(u.umuser)::text end as role,
  exists (select 1 from pg_catalog.pg_options_to_table(u.umoptions) o
    where ${secretName})
    as secret,
  exists (select 1 from pg_catalog.pg_options_to_table(u.umoptions) o
    where o.option_name = 'password_required' and o.option_value ~* '^(f|fa|fal|fals|false|n|no|of|off|0)$')
    as unproved
from pg_catalog.pg_user_mapping u
join pg_catalog.pg_foreign_server s on s.oid = u.umserver
order by 1, 2`;

/** May this role ask of the options, and by which of the two ways? */
const accessQuery: Query = {
  ...everyMajor,
  name: 'user-mapping-access',
  text: accessText('user_mappings', "pg_catalog.has_table_privilege('pg_catalog.pg_user_mapping', 'select')"),
};

export const mappingOptionQueries = {
  access: accessQuery,
  direct: {
    ...everyMajor,
    name: 'user-mapping-options',
    text: userMappingsBody,
    after: { query: accessQuery, admits: (row) => row?.['direct'] === true },
  },
  granted: {
    ...everyMajor,
    name: 'user-mapping-options',
    text: 'select f.server, f.role, f.secret, f.unproved from assay_audit.user_mappings() f',
    after: {
      query: accessQuery,
      admits: (row) => row?.['direct'] === false && isOurs(row, userMappingsBody),
    },
  },
} as const satisfies Readonly<Record<string, Query>>;

/** @param options absent: they could not be seen */
export function mappingsOf(
  rows: readonly Row[],
  database: string,
  options: readonly Row[] | undefined,
): Mappings {
  const known = new Map(options?.map((row) => [keyOf(row), row]));
  return rows.map((row) => {
    const ssl = textOf(row, 'ssl_mode');
    const seen = known.get(keyOf(row));
    return {
      server: objectName(database, textOf(row, 'server')),
      role: textOf(row, 'role'),
      wrapper: textOf(row, 'wrapper'),
      libpq: booleanOf(row, 'libpq'),
      sslMode: booleanOf(row, 'socket') ? 'socket' : (sslModes.find((mode) => mode === ssl) ?? 'other'),
      ...(isServerItself(row) ? { secret: true, passwordRequired: true } : {}),
      ...(seen === undefined
        ? {}
        : { secret: booleanOf(seen, 'secret'), passwordRequired: !booleanOf(seen, 'unproved') }),
    };
  });
}

/** A foreign server with a secret among its own options, which no mapping is needed to read. */
export const isServerItself = (row: Row): boolean => textOf(row, 'role') === '';

const keyOf = (row: Row): string => JSON.stringify([textOf(row, 'server'), textOf(row, 'role')]);
