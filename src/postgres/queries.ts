import { namedFile, unchangedText } from './file-state.ts';
import { accessText } from './ours.ts';
import { everyMajor, type Query, supportedMajors } from './query.ts';

/**
 * Who we are there, and proof that the session is bounded as asked for. Of roles that are not inherited we are a member
 * without their rights: these do not count.
 */
export const sessionQuery: Query = {
  ...everyMajor,
  name: 'session',
  text: `select pg_catalog.current_setting('server_version_num')::int as version_number,
  pg_catalog.pg_is_in_recovery() as in_recovery,
  current_user::text as role, session_user::text as login,
  pg_catalog.current_setting('transaction_read_only') as read_only,
  pg_catalog.current_setting('search_path') as search_path,
  pg_catalog.current_setting('statement_timeout') as statement_timeout,
  r.rolsuper as superuser, r.rolcreaterole as createrole, r.rolcreatedb as createdb,
  r.rolreplication as replication, r.rolbypassrls as bypassrls,
  array(select m.rolname::text from pg_catalog.pg_roles m
    where m.oid <> r.oid and pg_catalog.pg_has_role(r.oid, m.oid, 'usage') order by 1) as member_of
from pg_catalog.pg_roles r where r.rolname = current_user`,
};

/** PostgreSQL 14 brought this limit; in the connection's options an older server would refuse it. */
export const idleSessionQuery: Query = {
  name: 'idle-session-timeout',
  since: 14,
  before: everyMajor.before,
  text: `select pg_catalog.set_config('idle_session_timeout', $1, false)`,
};

export const systemIdentifierQuery: Query = {
  ...everyMajor,
  name: 'system-identifier',
  text: 'select c.system_identifier::text as system_identifier from pg_catalog.pg_control_system() c',
};

/** Nodes of one system have its identifier in common; when they were started tells one standby from another. */
export const startedQuery: Query = {
  ...everyMajor,
  name: 'started',
  text: `select pg_catalog.to_char(pg_catalog.pg_postmaster_start_time() at time zone 'UTC',
  'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as started`,
};

/**
 * $1: `settingNames`. A value that only our own role, database or session has is not the server's. Of the one setting
 * that `idleSessionQuery` changes, the value from before it is, unless our role or database overrides that.
 */
export const settingsQuery: Query = {
  ...everyMajor,
  name: 'settings',
  text: `select s.name, case when s.source = 'session' then s.reset_val else s.setting end as setting,
  s.unit, s.context, s.source, s.pending_restart
from pg_catalog.pg_settings s
where s.name = any ($1::text[])
  and (s.source not in ('database', 'user', 'database user', 'client', 'session', 'interactive', 'test')
    or s.name = 'idle_session_timeout' and s.source = 'session' and not exists (
      select 1 from pg_catalog.pg_db_role_setting o, pg_catalog.unnest(o.setconfig) c(entry)
      where pg_catalog.starts_with(c.entry, 'idle_session_timeout=')
        and o.setrole in (0, (select r.oid from pg_catalog.pg_roles r where r.rolname = session_user))
        and o.setdatabase in (0, (select d.oid from pg_catalog.pg_database d
          where d.datname = pg_catalog.current_database()))
        and (o.setrole <> 0 or o.setdatabase <> 0)))
order by s.name`,
};

const hbaRight = 'SELECT on pg_hba_file_rules and EXECUTE on function pg_hba_file_rules()';

const ruleColumns = `r.type, r.database::text[] as databases, r.user_name::text[] as users, r.address, r.netmask,
  r.auth_method as method,
  array(select o from pg_catalog.unnest(r.options) o
    where pg_catalog.split_part(o, '=', 1) = any ('{clientcert,clientname,map}') order by o) as options,
  r.error is not null and r.type is null as errored, r.error is not null and r.type is not null as inert`;

/**
 * A line that is understood but cannot match, such as hostssl without TLS, has an error too and does not keep the
 * others from being loaded. Free text (other options, which hold passwords, and the parser's error, which quotes
 * the line) stays there.
 */
export const hbaQueries: readonly Query[] = [
  {
    name: 'hba',
    right: hbaRight,
    since: 16,
    before: everyMajor.before,
    text: `select r.line_number as line,
  pg_catalog.regexp_replace(r.file_name, '^.*/', '') as file,
  coalesce(r.file_name = (select s.setting from pg_catalog.pg_settings s where s.name = 'hba_file'), false) as main_file,
  ${ruleColumns}
from pg_catalog.pg_hba_file_rules r
order by r.rule_number nulls last, r.file_name, r.line_number`,
  },
  {
    name: 'hba',
    right: hbaRight,
    since: supportedMajors.first,
    before: 16,
    text: `select r.line_number as line, 'pg_hba.conf' as file, true as main_file,
  ${ruleColumns}
from pg_catalog.pg_hba_file_rules r
order by r.line_number`,
  },
];

export const hbaLoadedAccessQuery: Query = {
  ...everyMajor,
  name: 'hba-loaded-access',
  text: accessText('hba_loaded'),
};

/**
 * In quotes a keyword is a name like any other (PostgreSQL, "The pg_hba.conf File"), which pg_hba_file_rules does not
 * show. Beyond doubt are words in quotes that start and end on their line and are none of the keywords.
 */
const doubtfulQuote = `(?n)(^|[[:space:],])"(?!(?!(all|same(user|role|group|host|net)|replication)"|[+/])[^"]+"([[:space:],]|$))`;

export const hbaLoadedBody = `select ${unchangedText} and nullif(not t.included, false) as loaded,
  t.bare !~ '${doubtfulQuote}' and not t.included as verbatim
${namedFile('hba_file')}`;

export const hbaLoadedQueries = {
  direct: { ...everyMajor, name: 'hba-loaded', text: hbaLoadedBody },
  granted: {
    ...everyMajor,
    name: 'hba-loaded',
    text: 'select f.loaded, f.verbatim from assay_audit.hba_loaded() f',
  },
} as const satisfies Readonly<Record<string, Query>>;

export const rolesQuery: Query = {
  ...everyMajor,
  name: 'roles',
  text: `select r.rolname::text as name, r.rolsuper as superuser, r.rolcanlogin as login, r.rolinherit as inherit,
  r.rolcreaterole as createrole, r.rolcreatedb as createdb, r.rolreplication as replication,
  r.rolbypassrls as bypassrls, r.rolconnlimit as connection_limit,
  case when r.rolvaliduntil < 'infinity' then pg_catalog.to_char(
    greatest(least(r.rolvaliduntil, '9999-12-31 00:00:00+00'), '0001-01-01 00:00:00+00') at time zone 'UTC',
    'YYYY-MM-DD"T"HH24:MI:SS"Z"') end as valid_until
from pg_catalog.pg_roles r
order by r.rolname`,
};

const membershipFrom = `from pg_catalog.pg_auth_members m
join pg_catalog.pg_roles g on g.oid = m.roleid
join pg_catalog.pg_roles r on r.oid = m.member
left join pg_catalog.pg_roles w on w.oid = m.grantor
order by 1, 2, 3`;

export const membershipsQueries: readonly Query[] = [
  {
    name: 'memberships',
    since: 16,
    before: everyMajor.before,
    text: `select r.rolname::text as member, g.rolname::text as granted, w.rolname::text as grantor,
  m.admin_option as admin, m.inherit_option as inherit, m.set_option as set
${membershipFrom}`,
  },
  {
    name: 'memberships',
    since: supportedMajors.first,
    before: 16,
    text: `select r.rolname::text as member, g.rolname::text as granted, w.rolname::text as grantor,
  m.admin_option as admin, r.rolinherit as inherit, true as set
${membershipFrom}`,
  },
];

/** Only what kind of verifier there is leaves the server, never the verifier. */
export const passwordMethodsBody = `select a.rolname::text as role,
  case when a.rolpassword is null then 'none'
    when a.rolpassword like 'SCRAM-SHA-256$%' then 'scram-sha-256'
    when a.rolpassword ~ '^md5[0-9a-f]{32}$' then 'md5'
    else 'unknown' end as method,
  case when a.rolpassword ~ '^SCRAM-SHA-256[$][0-9]{1,9}:'
    then pg_catalog.split_part(pg_catalog.split_part(a.rolpassword, '$', 2), ':', 1)::int end as iterations,
  case when a.rolpassword ~ '^md5[0-9a-f]{32}$'
    then a.rolpassword = 'md5' || pg_catalog.md5(a.rolname || a.rolname) end as equals_name
from pg_catalog.pg_authid a where a.rolcanlogin order by a.rolname`;

/** How many there should be, from the view that everyone may read. */
export const loginRolesQuery: Query = {
  ...everyMajor,
  name: 'login-roles',
  text: 'select count(*)::int as total from pg_catalog.pg_roles r where r.rolcanlogin',
};

export const passwordAccessQuery: Query = {
  ...everyMajor,
  name: 'password-access',
  text: accessText(
    'role_password_methods',
    "pg_catalog.has_table_privilege('pg_catalog.pg_authid', 'select')",
  ),
};

export const passwordQueries = {
  direct: { ...everyMajor, name: 'passwords', text: passwordMethodsBody },
  granted: {
    ...everyMajor,
    name: 'passwords',
    text: 'select f.role, f.method, f.iterations, f.equals_name from assay_audit.role_password_methods() f',
  },
} as const satisfies Readonly<Record<string, Query>>;

/** Databases that admit connections at all. */
export const databasesQuery: Query = {
  ...everyMajor,
  name: 'databases',
  text: `select d.datname::text as database,
  pg_catalog.has_database_privilege(d.oid, 'connect') as may_connect,
  d.datname = pg_catalog.current_database() as current,
  array(select distinct a.privilege_type::text
    from pg_catalog.aclexplode(coalesce(d.datacl, pg_catalog.acldefault('d', d.datdba))) a
    where a.grantee = 0 order by 1) as public_privileges
from pg_catalog.pg_database d where d.datallowconn order by d.datname`,
};

/** In each database. */
export const schemasQuery: Query = {
  ...everyMajor,
  name: 'schemas',
  text: `select n.nspname::text as schema,
  array(select distinct a.privilege_type::text
    from pg_catalog.aclexplode(coalesce(n.nspacl, pg_catalog.acldefault('n', n.nspowner))) a
    where a.grantee = 0 order by 1) as public_privileges
from pg_catalog.pg_namespace n where n.nspname !~ '^pg_(toast|temp_|toast_temp_)' order by n.nspname`,
};

/**
 * In each database: what PUBLIC was granted on, whole or by column; the server's own catalogs, temporary relations,
 * and what an extension itself grants on its own apart.
 */
export const publicRelationsQuery: Query = {
  ...everyMajor,
  name: 'public-relations',
  text: `select n.nspname::text as schema, c.relname::text as name,
  case c.relkind when 'r' then 'table' when 'p' then 'table' when 'v' then 'view' when 'm' then 'materialized-view'
    when 'f' then 'foreign-table' else 'sequence' end as kind,
  array_agg(distinct a.privilege_type::text order by a.privilege_type::text) as public_privileges
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
cross join lateral (
  select 0 as part, x.privilege_type from pg_catalog.aclexplode(c.relacl) x where x.grantee = 0
  union all
  select t.attnum, x.privilege_type from pg_catalog.pg_attribute t cross join lateral pg_catalog.aclexplode(t.attacl) x
  where t.attrelid = c.oid and not t.attisdropped and x.grantee = 0
) a
where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and c.relpersistence <> 't'
  and n.nspname not in ('pg_catalog', 'information_schema') and not exists (
    select 1 from pg_catalog.pg_init_privs i cross join lateral pg_catalog.aclexplode(i.initprivs) b
    where i.objoid = c.oid and i.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass and i.objsubid = a.part
      and i.privtype = 'e' and b.grantee = 0 and b.privilege_type = a.privilege_type)
group by n.nspname, c.relname, c.relkind
order by 1, 2`,
};

/** In each database: how many relations were looked through. */
export const relationCountQuery: Query = {
  ...everyMajor,
  name: 'relation-count',
  text: `select count(*)::int as total from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and c.relpersistence <> 't'
  and n.nspname not in ('pg_catalog', 'information_schema')`,
};
