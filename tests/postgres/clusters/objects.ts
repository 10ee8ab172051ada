import type { Topic } from './topic.ts';

const patients = 'clinic.public.patients';

/** Alike on both servers: what the controls are asked about. */
const clinic = `create table patients (id int, name text, ssn text); alter table patients owner to keeper;
  grant select on patients to doctors; grant select (id, name) on patients to nurses;`;

const roles = `create role keeper; create role doctors; create role nurses; create role shop login;
  grant execute on function pg_catalog.pg_switch_wal() to keeper;`;
const guarded = 'grant set on parameter session_replication_role to keeper';

export const objects: Topic = {
  weak: {
    settings: { wal_level: 'logical' },
    sql: `${roles} create role porter login bypassrls; grant doctors to porter;
      grant select on pg_catalog.pg_authid to shop;
      grant execute on function pg_catalog.pg_read_file(text) to shop;
      select pg_catalog.lo_create(901); grant select on large object 901 to public;
      create function public.dial() returns text language sql as $$select 'host=far password=hunter22'$$;
      create foreign data wrapper pipe; create server far foreign data wrapper pipe;
      create user mapping for shop server far options (user 'x', password 'y');
      create table public.till (id int); alter table public.till owner to shop;
      create table public.log (id int); alter table public.log enable row level security;
      create view public.every as select * from public.log;
      create publication everything for all tables;
      create function public.ddl() returns event_trigger language plpgsql as $$begin end$$;
      create event trigger ddl on ddl_command_end execute function public.ddl(); alter event trigger ddl disable;
      alter default privileges grant select on tables to public`,
    clinic: `${clinic} grant select on patients to shop; grant select (ssn) on patients to nurses`,
    later: {
      'rights to settings': { sql: `${guarded}; grant alter system on parameter archive_command to shop` },
    },
  },
  hardened: {
    settings: { wal_level: 'logical' },
    sql: `${roles}
      alter default privileges revoke execute on functions from public;
      create foreign data wrapper pipe; create server far foreign data wrapper pipe;
      create user mapping for shop server far options (user 'x');
      create table public.log (id int); alter table public.log enable row level security;
      create view public.every as select * from public.log; alter view public.every owner to keeper;
      create publication one for table public.log;
      create function public.ddl() returns event_trigger language plpgsql as $$begin end$$;
      create event trigger ddl on ddl_command_end execute function public.ddl();
      revoke connect on database clinic from public; grant connect on database clinic to assay`,
    clinic: `${clinic} alter table patients enable row level security`,
    later: { 'rights to settings': { sql: guarded } },
  },
  params: {
    'postgres.grant.functions-guarded': { allowed: ['pg_catalog.pg_switch_wal(): keeper'] },
    'postgres.grant.settings-guarded': { allowed: ['session_replication_role: keeper'] },
    'postgres.grant.no-public-connect': { databases: ['clinic'] },
    'postgres.grant.sensitive-table-roster': {
      tables: [patients],
      readers: ['keeper', 'doctors', 'nurses'].map((role) => `${patients}: ${role}`),
    },
    'postgres.grant.column-minimum': {
      tables: [patients],
      whole: ['keeper', 'doctors'].map((role) => `${patients}: ${role}`),
      columns: ['id', 'name'].map((column) => `${patients}.${column}: nurses`),
    },
    'postgres.rls.enabled-and-forced': { tables: [patients] },
    'postgres.role.application-not-privileged': { roles: ['shop'] },
  },
  remedies: {
    'postgres.audit.triggers-fire': { sql: 'alter event trigger ddl enable' },
    'postgres.fdw.no-cleartext-credentials': {
      sql: 'alter user mapping for shop server far options (drop password)',
    },
    'postgres.grant.catalogs-guarded': { sql: 'revoke all on pg_catalog.pg_authid from shop' },
    'postgres.grant.column-minimum': {
      clinic: 'revoke select on patients from shop; revoke select (ssn) on patients from nurses',
    },
    'postgres.grant.default-privileges': {
      sql: `alter default privileges revoke select on tables from public;
        alter default privileges revoke execute on functions from public`,
    },
    'postgres.grant.functions-guarded': {
      sql: 'revoke execute on function pg_catalog.pg_read_file(text) from shop',
    },
    'postgres.grant.settings-guarded': {
      later: {
        'rights to settings': { sql: 'revoke set, alter system on parameter archive_command from shop' },
      },
    },
    'postgres.grant.no-public-connect': {
      sql: 'revoke connect on database clinic from public; grant connect on database clinic to assay',
    },
    'postgres.grant.no-public-large-objects': { sql: 'revoke all on large object 901 from public' },
    'postgres.grant.publications-named': {
      sql: 'drop publication everything; create publication one for table public.log',
    },
    'postgres.grant.sensitive-table-roster': {
      sql: 'revoke doctors from porter',
      clinic: 'revoke select on patients from shop',
    },
    'postgres.hygiene.no-secrets-in-functions': {
      sql: "create or replace function public.dial() returns text language sql as $$select 'service=far'$$",
    },
    'postgres.rls.enabled-and-forced': {
      sql: 'alter role porter nobypassrls',
      clinic: 'alter table patients enable row level security',
    },
    'postgres.rls.views-respected': { sql: 'alter view public.every owner to keeper' },
    'postgres.role.application-not-privileged': { sql: 'reassign owned by shop to keeper' },
  },
};
