import { everyMajor, type Query } from './query.ts';

/** What says where the log is and what stands in it. */
export const logSettingNames = [
  'lc_messages',
  'log_connections',
  'log_destination',
  'log_directory',
  'log_disconnections',
  'log_filename',
  'log_line_prefix',
  'log_rotation_age',
  'log_timezone',
  'log_truncate_on_rotation',
  'logging_collector',
] as const;

/** $1: `logSettingNames`. */
export const logSettingsQuery: Query = {
  ...everyMajor,
  name: 'log-settings',
  text: `select s.name, s.setting from pg_catalog.pg_settings s
where s.name = any ($1::text[]) order by s.name`,
};

/** The server's clock, and our own session there. */
export const logClockQuery: Query = {
  ...everyMajor,
  name: 'log-clock',
  text: `select (extract(epoch from pg_catalog.clock_timestamp()) * 1000)::bigint::text as at_ms,
  (select a.pid from pg_catalog.pg_stat_activity a where a.pid = pg_catalog.pg_backend_pid()) as pid,
  (select pg_catalog.floor(extract(epoch from a.backend_start))::bigint::text
    from pg_catalog.pg_stat_activity a where a.pid = pg_catalog.pg_backend_pid()) as backend_started`,
};

/**
 * Roles that the server lets log in, and their processes, background workers included: some of these run as the first
 * superuser as long as the server is up. An expired password is no bar to other methods.
 */
export const logInRolesQuery: Query = {
  ...everyMajor,
  name: 'log-in-roles',
  text: `select r.rolname::text as name, array(
  select a.pid::text from pg_catalog.pg_stat_activity a where a.usesysid = r.oid order by a.pid) as pids
from pg_catalog.pg_roles r where r.rolcanlogin order by r.rolname`,
};

/** Sessions of clients, as the log names them: when each began, in seconds, and its process. */
const logSessionsBody = `select a.pid, pg_catalog.floor(extract(epoch from a.backend_start))::bigint::text as started
from pg_catalog.pg_stat_activity a
where a.backend_type in ('client backend', 'walsender') order by a.pid`;

/** Only files that the server's own listing of its log folder names, and only those named as logs are. */
const logFilesBody = `select f.name, f.size::text as size,
  (extract(epoch from f.modification) * 1000)::bigint::text as modified_ms
from pg_catalog.pg_ls_logdir() f where f.name ~ '[.](log|csv|json)$' order by f.name`;

/** At most so many bytes in one answer. */
export const logChunkBytes = 4 * 1024 * 1024;

/** $1: a name that the listing has; $2: first byte; $3: bytes. */
const logChunkBody = `select pg_catalog.encode(pg_catalog.pg_read_binary_file(
  pg_catalog.current_setting('log_directory') || '/' || f.name, $2, least($3, ${logChunkBytes}), true), 'base64') as chunk
from pg_catalog.pg_ls_logdir() f where f.name = $1 and f.name ~ '[.](log|csv|json)$'`;

/** Functions that `assay grants postgres --log` makes, with what they hold. */
export const logFunctions = [
  {
    name: 'log_chunk',
    parameters: 'name text, start bigint, length bigint',
    returns: 'table (chunk text)',
    body: logChunkBody,
  },
  {
    name: 'log_files',
    parameters: '',
    returns: 'table (name text, size text, modified_ms text)',
    body: logFilesBody,
  },
  {
    name: 'log_sessions',
    parameters: '',
    returns: 'table (pid int, started text)',
    body: logSessionsBody,
  },
] as const;

/** May this role read the log by itself, and whose functions are there to do it? One row for each of them. */
export const logAccessQuery: Query = {
  ...everyMajor,
  name: 'log-access',
  text: `select pg_catalog.has_function_privilege('pg_catalog.pg_ls_logdir()', 'execute')
    and pg_catalog.has_function_privilege('pg_catalog.pg_read_binary_file(text, bigint, bigint, boolean)', 'execute')
    as files,
  pg_catalog.pg_has_role('pg_read_all_stats', 'usage') as sessions,
  p.proname::text as name, p.prosrc as source, o.rolsuper as owned_by_superuser,
  coalesce(pg_catalog.has_function_privilege(p.oid, 'execute')
    and pg_catalog.has_schema_privilege(n.oid, 'usage'), false) as callable
from (select 1) as one
left join pg_catalog.pg_namespace n on n.nspname = 'assay_audit'
left join pg_catalog.pg_proc p on p.pronamespace = n.oid and p.prosecdef
  and p.proname = any ('{log_chunk,log_files,log_sessions}')
left join pg_catalog.pg_roles o on o.oid = p.proowner
order by p.proname`,
};

const right = 'the functions log_chunk, log_files and log_sessions of assay_audit (--log)';

/** By the role's own rights, and by the functions. */
export const logQueries = {
  sessions: {
    direct: { ...everyMajor, right, name: 'log-sessions', text: logSessionsBody },
    granted: {
      ...everyMajor,
      right,
      name: 'log-sessions',
      text: 'select f.pid, f.started from assay_audit.log_sessions() f order by f.pid',
    },
  },
  files: {
    direct: { ...everyMajor, right, name: 'log-files', text: logFilesBody },
    granted: {
      ...everyMajor,
      right,
      name: 'log-files',
      text: 'select f.name, f.size, f.modified_ms from assay_audit.log_files() f order by f.name',
    },
  },
  chunk: {
    direct: { ...everyMajor, right, name: 'log-chunk', text: logChunkBody },
    granted: {
      ...everyMajor,
      right,
      name: 'log-chunk',
      text: 'select f.chunk from assay_audit.log_chunk($1, $2, $3) f',
    },
  },
} as const satisfies Readonly<Record<string, Readonly<Record<'direct' | 'granted', Query>>>>;

/** PostgreSQL 14 began to count sessions. */
export const logCountsQuery: Query = {
  name: 'log-counts',
  since: 14,
  before: everyMajor.before,
  text: `select d.datname::text as database, d.sessions::text as sessions,
  (extract(epoch from d.stats_reset) * 1000)::bigint::text as reset_ms
from pg_catalog.pg_stat_database d where d.datname is not null order by d.datname`,
};
