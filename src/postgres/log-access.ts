import type { LogAccess } from './facts/log-access.ts';
import { identLoadedBody } from './identity-maps.ts';
import { hbaLoadedBody } from './queries.ts';
import { everyMajor, type Query } from './query.ts';
import { quoteLiteral } from './quoting.ts';
import { booleanOf, type Row, textOf } from './row.ts';
import type { Takers } from './takers.ts';

/** Whether a copy of the data directory holds the log. */
export const logPlaceQuery: Query = {
  ...everyMajor,
  name: 'log-place',
  right: 'pg_read_all_settings',
  text: `select s.log not like '/%' or pg_catalog.starts_with(s.log || '/', s.data || '/') as inside
from (select pg_catalog.current_setting('log_directory') as log,
  pg_catalog.current_setting('data_directory') as data) s`,
};

/** Of the role that a right was granted to; that of a database's owner is a member's in no catalog. */
const grantee = `case when a.grantee = 0 then 'public' else pg_catalog.pg_get_userbyid(case
    when pg_catalog.pg_get_userbyid(a.grantee) = 'pg_database_owner' then (
      select d.datdba from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
    else a.grantee end)::text end`;

const reading = 'pg_read_file|pg_read_binary_file|pg_file_read|lo_import';
const altering = 'lo_export|pg_file_write|pg_file_unlink|pg_file_rename|pg_rotate_logfile|pg_logfile_rotate';

/** Functions that assay has made for itself: these read files, and tell nothing of them but whether they changed. */
const harmless = [hbaLoadedBody, identLoadedBody].map(quoteLiteral).join(', ');

/**
 * In each database. Functions of the server are known by what they run, whatever their name, and aggregates by what they
 * call with their owner's rights; those that run with these by whether their text names one, or their parsed body, which
 * BEGIN ATOMIC leaves instead, calls one. The two old ones, which went with version 17, ask for a superuser themselves.
 */
export const logFunctionsQuery: Query = {
  ...everyMajor,
  name: 'log-functions',
  // The column of parsed bodies came with version 14; a row as JSON has it where it is there.
  text: `with files as (
  select p.oid, p.prosrc ~* '(${reading})' as reads, p.prosrc ~* '(${altering})' as alters
  from pg_catalog.pg_proc p
  join pg_catalog.pg_namespace n on n.oid = p.pronamespace
  join pg_catalog.pg_language l on l.oid = p.prolang
  where l.lanname in ('internal', 'c') and p.prosrc ~ '^(be_)?(${reading}|${altering})'
    and not (n.nspname = 'pg_catalog' and p.proname in ('pg_read_file_old', 'pg_rotate_logfile_old'))),
ways as (
  select f.oid, f.reads, f.alters from files f
  union all
  select p.oid, p.prosrc ~* '(${reading})', p.prosrc ~* '(${altering})'
  from pg_catalog.pg_proc p
  join pg_catalog.pg_language l on l.oid = p.prolang
  where l.lanname not in ('internal', 'c') and p.prosecdef and p.prosrc not in (${harmless})
  union all
  select p.oid, f.reads, f.alters
  from pg_catalog.pg_proc p
  cross join lateral pg_catalog.regexp_matches(
    pg_catalog.to_jsonb(p) ->> 'prosqlbody', ':(?:func|opfunc|aggfn|winfn)(?:id|oid) ([0-9]+)', 'g') m
  join files f on f.oid = m[1]::pg_catalog.oid
  where p.prosecdef and p.prosrc = ''
  union all
  select g.aggfnoid::pg_catalog.oid, f.reads, f.alters
  from pg_catalog.pg_aggregate g
  join files f on f.oid in (g.aggtransfn, g.aggfinalfn, g.aggcombinefn, g.aggserialfn, g.aggdeserialfn,
    g.aggmtransfn, g.aggminvtransfn, g.aggmfinalfn))
select n.nspname || '.' || p.proname || '(' || pg_catalog.oidvectortypes(p.proargtypes) || ')' as name,
  ${grantee} as role, w.reads, w.alters
from (select oid, pg_catalog.bool_or(reads) as reads, pg_catalog.bool_or(alters) as alters from ways group by oid) w
join pg_catalog.pg_proc p on p.oid = w.oid
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
cross join lateral (select distinct x.grantee
  from pg_catalog.aclexplode(coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) x
  where x.privilege_type = 'EXECUTE') a
where w.reads or w.alters
order by 1, 2`,
};

/**
 * In each database: tables of file_fdw that show a file in the log's folder, or may: the output of a program, or a file
 * whose path is not plain. A table that one of them is a part of shows it too: its own rights alone are asked for.
 */
export const logTablesQuery: Query = {
  ...everyMajor,
  name: 'log-tables',
  right: 'pg_read_all_settings',
  text: `with recursive shown as (
select t.ftrelid as oid
from pg_catalog.pg_foreign_table t
join pg_catalog.pg_foreign_server s on s.oid = t.ftserver
join pg_catalog.pg_foreign_data_wrapper w on w.oid = s.srvfdw
join pg_catalog.pg_proc h on h.oid = w.fdwhandler and h.prosrc = 'file_fdw_handler'
where not exists (
  select 1 from pg_catalog.pg_options_to_table(t.ftoptions) o
  cross join lateral (select pg_catalog.current_setting('data_directory') || '/' as data) d
  cross join lateral (select
    case when o.option_value like '/%' then '' else d.data end || o.option_value as file,
    case when pg_catalog.current_setting('log_directory') like '/%' then '' else d.data end
      || pg_catalog.current_setting('log_directory') || '/' as log) f
  where o.option_name = 'filename' and f.file !~ '//|/[.]{1,2}(/|$)' and f.log !~ '//|/[.]{1,2}(/|$)'
    and not pg_catalog.starts_with(f.file, f.log))
union
select i.inhparent from pg_catalog.pg_inherits i join shown on shown.oid = i.inhrelid)
select n.nspname || '.' || c.relname as name,
  ${grantee} as role,
  true as reads, false as alters
from shown
join pg_catalog.pg_class c on c.oid = shown.oid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
cross join lateral (
  select x.grantee from pg_catalog.aclexplode(coalesce(c.relacl, pg_catalog.acldefault('r', c.relowner))) x
  where x.privilege_type = 'SELECT'
  union
  select x.grantee from pg_catalog.pg_attribute b cross join lateral pg_catalog.aclexplode(b.attacl) x
  where b.attrelid = c.oid and x.privilege_type = 'SELECT') a
order by 1, 2`,
};

/** What predefined roles let their members do with any file of the server (PostgreSQL, "Predefined Roles"). */
const predefined = [
  { role: 'pg_read_server_files', reads: true, alters: false },
  { role: 'pg_write_server_files', reads: false, alters: true },
  { role: 'pg_execute_server_program', reads: true, alters: true },
] as const;

/** Reads every table, of file_fdw too. */
const readsEveryTable = 'pg_read_all_data';

type Access = LogAccess[number];

/** A way, and the role that has it. */
type Held = Omit<Access, 'role'>;

/** What one database says. */
interface LogAccessIn {
  readonly database: string;
  /** Answers to `logFunctionsQuery` and `logTablesQuery`. */
  readonly rows: readonly (readonly Row[])[];
}

/**
 * @param roles answer to `rolesQuery`
 * @param place answer to `logPlaceQuery`
 */
export function logAccessOf(
  roles: readonly Row[],
  takers: Takers,
  [place]: readonly Row[],
  databases: readonly LogAccessIn[],
): LogAccess {
  const logins = namesWith(roles, 'login');
  const copiers = place !== undefined && booleanOf(place, 'inside') ? namesWith(roles, 'replication') : [];
  const usersOf = (holder: string): readonly string[] =>
    holder === 'public' || logins.includes(holder) ? [holder, ...takers.of(holder)] : takers.of(holder);
  // Superusers have every right, and are told as such.
  const granted = databases.flatMap(heldIn).filter(({ through }) => !takers.isSuperuser(through));
  const held: readonly Held[] = [
    ...takers.roles
      .filter(takers.isSuperuser)
      .map((through) => ({ way: 'superuser', through, reads: true, alters: true })),
    ...predefined.map(({ role, ...does }) => ({ way: role, through: role, ...does })),
    ...granted,
  ];
  const all: readonly Access[] = [
    ...held.flatMap((one) => usersOf(one.through).map((role) => ({ role, ...one }))),
    // A connection for replication is made by the role itself.
    ...copiers
      .filter((role) => logins.includes(role) && !takers.isSuperuser(role))
      .map((role) => ({ role, way: 'base backup', through: role, reads: true, alters: false })),
  ];
  const each = new Map(all.toReversed().map((one) => [JSON.stringify([one.role, one.way]), one]));
  return [...each.values()].sort((a, b) => byText(a.role, b.role) || byText(a.way, b.way));
}

const namesWith = (roles: readonly Row[], attribute: string): readonly string[] =>
  roles.filter((row) => booleanOf(row, attribute)).map((row) => textOf(row, 'name'));

function heldIn({ database, rows: [functions = [], tables = []] }: LogAccessIn): readonly Held[] {
  const heldBy = (row: Row, through: string): Held => ({
    way: `${textOf(row, 'name')} in database ${database}`,
    through,
    reads: booleanOf(row, 'reads'),
    alters: booleanOf(row, 'alters'),
  });
  return [
    ...[...functions, ...tables].map((row) => heldBy(row, textOf(row, 'role'))),
    ...tables.map((row) => heldBy(row, readsEveryTable)),
  ];
}

const byText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
