import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PostgresServer } from '../../src/demo/postgres-server.ts';
import type { CollectedRecord } from '../../src/model/index.ts';
import type { Access } from '../../src/postgres/facts/access.ts';
import type { Functions } from '../../src/postgres/facts/functions.ts';
import type { Readers } from '../../src/postgres/facts/readers.ts';
import type { Tables } from '../../src/postgres/facts/tables.ts';
import type { Views } from '../../src/postgres/facts/views.ts';
import { grantsSql } from '../../src/postgres/grants.ts';
import { allText, fileWith, look, running, seen, setUp, stopAll, targetAt } from '../postgres/looking.ts';
import { rowsOf } from '../postgres/untouched.ts';

const secret = 'canary-5ecret';
const names = [
  'access',
  'code',
  'defaults',
  'labels',
  'largeObjects',
  'mappings',
  'ownership',
  'policies',
  'publications',
  'readers',
  'tables',
  'triggers',
  'views',
].map((name) => `postgres.${name}`);

let server: PostgresServer;
let record: CollectedRecord;

const roles = `create role app login password 'p'; create role migrator login; create role owner_group;
create role doctors; create role nurses; create role alice login; create role bob login; create role assistant;
grant owner_group to migrator; grant doctors to alice; grant assistant to doctors; grant nurses to bob;
grant doctors to nurses with admin option; create role boss login superuser; grant doctors to boss;
create database clinic owner migrator; create database closed;
revoke connect on database closed from public`;

const clinic = [
  `create table patients (id int primary key, name text, ssn text); alter table patients owner to owner_group;
grant select on patients to doctors with grant option; grant insert, update on patients to assistant;
grant select (id, name), update (name) on patients to nurses; grant select on patients to public;
grant references (id) on patients to app;
alter table patients enable row level security;
create policy own on patients for select to doctors, nurses using (ssn = '${secret}');
create policy every on patients using (true);
create policy fresh on patients as restrictive for insert with check (true);
create sequence numbers; grant usage on sequence numbers to app;
create table visits (id int) partition by range (id); create table visits_1 partition of visits for values from (1) to (9);
alter table visits enable row level security; alter table visits force row level security;
create unlogged table cache (id int references patients)`,
  `create function log_it() returns trigger language plpgsql as $$begin return null; end$$;
create trigger audit after insert on patients for each row execute function log_it();
create trigger other after insert on patients for each row execute function log_it();
alter table patients disable trigger audit; alter table patients enable always trigger other;
alter table cache disable trigger all`,
  `create function ddl() returns event_trigger language plpgsql as $$begin end$$;
create event trigger ddl_audit on ddl_command_end execute function ddl();
create event trigger ddl_off on sql_drop execute function ddl(); alter event trigger ddl_off disable`,
  `create view plain as select * from patients; create view through as select * from plain;
create view barrier with (security_barrier) as select id from patients;
create view unrelated as select 1 as one;
create view by_owner as select * from visits; alter view by_owner owner to owner_group;
create view by_table_owner as select * from patients; alter view by_table_owner owner to owner_group;
create materialized view copy as select * from patients`,
  `alter default privileges grant select on tables to public;
alter default privileges revoke execute on functions from public;
alter default privileges for role owner_group in schema public grant usage on sequences to app`,
  `create foreign data wrapper pipe; create server far foreign data wrapper pipe options (sslmode 'require', dsn '${secret}');
create server amid foreign data wrapper pipe options (host '/run,far.example');
create server pinned foreign data wrapper pipe options (host '/run', hostaddr '192.0.2.1');
create user mapping for alice server amid; create user mapping for alice server pinned;
create server near foreign data wrapper pipe options (host '/run', sslmode '${secret}');
create user mapping for app server far options (user 'x', password '${secret}');
create user mapping for public server far options (password_required 'false');
create user mapping for alice server near;
create server open foreign data wrapper pipe options (api_key '${secret}')`,
  `create publication everything for all tables; create publication parts for table patients, visits_1`,
  `select lo_create(901), lo_create(902); grant select on large object 901 to public`,
  `create function dial() returns int language sql as $$select length('host=a password=${secret}')$$;
create function set_it() returns int language plpgsql as $$declare api_key text := '${secret}'; begin return 1; end$$;
create function harmless(password text) returns int language plpgsql as
  $$begin perform 'host=a password=' || password; password := harmless.password; return 1; end$$`,
  `grant select on pg_catalog.pg_authid to alice; grant select (passwd) on pg_catalog.pg_shadow to public`,
];

/** What later versions brought. */
const laterRoles = { 14: 'grant pg_read_all_data to app' };
const laterClinic = {
  14: `create table lobby (id int); alter table lobby owner to pg_database_owner;
create function parsed() returns text language sql return 'https://user:${secret}@far.example/'`,
  15: `create view invoker with (security_invoker = on) as select id from patients;
create view over_invoker as select * from invoker`,
};

const known = (things: Readonly<Record<number, string>>): readonly string[] =>
  Object.entries(things).flatMap(([since, sql]) => (Number(since) <= major ? [sql] : []));

const childrenSql = `create schema tenants; set search_path = tenants;
create table wards (id int) partition by range (id); create table people (id int); create table staff () inherits (people);
create table wards_1 partition of wards for values from (1) to (5);
create table wards_2 partition of wards for values from (5) to (9);
create table wards_3 partition of wards for values from (9) to (20) partition by range (id);
create table wards_3_1 partition of wards_3 for values from (9) to (12);
alter table wards enable row level security; alter table wards force row level security;
alter table wards_2 enable row level security; alter table wards_2 force row level security;
alter table people enable row level security;
create view of_parent as select * from wards; alter view of_parent owner to owner_group;
create view of_partition as select * from wards_1; alter view of_partition owner to owner_group;
create view of_secured_partition as select * from wards_2; alter view of_secured_partition owner to owner_group;
create view of_partition_of_partition as select * from wards_3_1;
alter view of_partition_of_partition owner to owner_group;
create view of_child as select * from staff; alter view of_child owner to owner_group`;

/** What is granted on a table above, to superusers, on a child with row security, or as no reading is none of it. */
const childrenOpenSql = `set search_path = tenants; revoke all on all tables in schema tenants from public;
grant select on wards to app; grant select on wards_1 to boss;
grant select on wards_2 to app; grant references on wards_1 to app;
grant select (id) on wards_1 to alice; grant insert on wards_3_1 to public;
grant delete on staff to bob; alter table staff owner to owner_group`;

const pathsSql = `create schema paths; create schema "$user"; create schema "pg_catalog, pg_temp"; set search_path = paths;
create function closed() returns int language sql security definer as 'select 1'
  set search_path = pg_catalog, paths, pg_temp;
create function empty() returns int language sql security definer as 'select 1'
  set search_path = '';
create function missing() returns int language sql security definer as 'select 1';
create function one_name() returns int language sql security definer as 'select 1'
  set search_path = 'pg_catalog, paths, pg_temp';
create function quote() returns int language sql security definer as 'select 1'
  set search_path = 'a", pg_catalog, "', pg_temp;
create function twice() returns int language sql security definer as 'select 1'
  set search_path = pg_temp, pg_catalog, pg_temp;
create function upper() returns int language sql security definer as 'select 1'
  set search_path = "Paths", PG_Temp;
create function "user"() returns int language sql security definer as 'select 1'
  set search_path = "$user", pg_temp`;

let major: number;

beforeAll(async () => {
  server = await running({
    password: 'superuser-password',
    hba: ['local all all trust', 'host all all all trust'],
    settings: { wal_level: 'logical', allow_system_table_mods: 'on' },
  });
  await setUp(server, grantsSql({ role: 'assay', platform: 'self-managed' }));
  for (const sql of roles.split(';')) await setUp(server, sql);
  for (const sql of clinic) await setUp(server, sql, 'clinic');
  const first = await looked('assay', ['postgres.server']);
  major = (seen(first, 'postgres.server').value as { readonly major: number }).major;
  for (const sql of known(laterRoles)) await setUp(server, sql);
  for (const sql of known(laterClinic)) await setUp(server, sql, 'clinic');
  await setUp(
    server,
    `insert into pg_catalog.pg_seclabel (objoid, classoid, objsubid, provider, label)
      values ('patients'::regclass, 'pg_class'::regclass, 3, 'anon', '${secret}')`,
    'clinic',
  );
  record = await looked('assay');
});
afterAll(stopAll);

const looked = (user: string, facts = names): Promise<CollectedRecord> =>
  look(
    targetAt(
      { host: server.socketFolder, port: server.port },
      { user, password: { kind: 'file', path: fileWith('p') } },
    ),
    {},
    facts,
  );

const told = <T>(fact: string, from = record): T => seen(from, `postgres.${fact}`).value as T;

describe('what lives inside databases', () => {
  test('is told without anything that is secret', () => {
    expect(allText(record)).not.toContain(secret);
  });

  test('a database that may not be entered is told as missing', () => {
    for (const fact of names)
      expect(seen(record, fact).completeness[0]?.missing, fact).toContainEqual({
        what: 'database closed',
        why: 'the role has no CONNECT privilege on it',
      });
  });

  test('access: grants by relation and column, whatever is the owner’s apart', () => {
    const { relations, catalogs } = told<Access>('access');
    expect(relations.find(({ relation }) => relation === 'clinic.public.patients')).toEqual({
      relation: 'clinic.public.patients',
      kind: 'table',
      owner: 'owner_group',
      grants: [
        { role: 'assistant', privileges: ['INSERT', 'UPDATE'], grantable: [] },
        { role: 'doctors', privileges: ['SELECT'], grantable: ['SELECT'] },
        { role: 'public', privileges: ['SELECT'], grantable: [] },
      ],
      columns: [
        { column: 'id', role: 'app', privileges: ['REFERENCES'], grantable: [] },
        { column: 'id', role: 'nurses', privileges: ['SELECT'], grantable: [] },
        { column: 'name', role: 'nurses', privileges: ['SELECT', 'UPDATE'], grantable: [] },
      ],
    });
    expect(relations.find(({ relation }) => relation === 'clinic.public.numbers')).toMatchObject({
      kind: 'sequence',
      grants: [{ role: 'app', privileges: ['USAGE'] }],
    });
    expect(catalogs).toEqual([
      { database: 'clinic', catalog: 'pg_authid', role: 'alice', privileges: ['SELECT'], looking: false },
      { database: 'clinic', catalog: 'pg_shadow', role: 'public', privileges: ['SELECT'], looking: false },
      {
        database: 'postgres',
        catalog: 'pg_hba_file_rules',
        role: 'assay',
        privileges: ['SELECT'],
        looking: true,
      },
      ...(major < 15
        ? []
        : [
            {
              database: 'postgres',
              catalog: 'pg_ident_file_mappings',
              role: 'assay',
              privileges: ['SELECT'],
              looking: true,
            },
          ]),
    ]);
  });

  test('readers: by role, with who can take it up', () => {
    const readers = told<readonly { readonly role: string }[]>('readers');
    const of = (role: string) => readers.find((one) => one.role === role);
    expect(of('doctors')).toEqual({
      role: 'doctors',
      everything: false,
      relations: [{ relation: 'clinic.public.patients' }],
      columns: [],
      members: [{ role: 'alice' }, { role: 'bob' }],
    });
    expect(of('nurses')).toMatchObject({
      relations: [],
      columns: [
        { relation: 'clinic.public.patients', column: 'id' },
        { relation: 'clinic.public.patients', column: 'name' },
      ],
      members: [{ role: 'bob' }],
    });
    expect(of('public')).toMatchObject({
      relations: expect.arrayContaining([{ relation: 'clinic.public.patients' }]),
      members: [],
    });
    expect(of('pg_read_all_data')).toEqual(
      major < 14
        ? undefined
        : {
            role: 'pg_read_all_data',
            everything: true,
            relations: [],
            columns: [],
            members: [{ role: 'app' }],
          },
    );
    expect(of('migrator')?.role).toBe(major < 14 ? undefined : 'migrator');
    expect(of('owner_group')).toMatchObject({ members: [{ role: 'migrator' }] });
    expect(of('assistant')).toBeUndefined();
    expect(of('postgres')).toMatchObject({ everything: true, members: [] });
    expect(of('boss')).toMatchObject({ everything: true, relations: [] });
  });

  test('readers: whoever the server itself says may read is told', async () => {
    const readers = told<Readers>('readers');
    const isTold = (role: string, relation: string): boolean =>
      readers.some(
        (one) =>
          ['public', role]
            .concat(one.members.some((member) => member.role === role) ? one.role : [])
            .includes(one.role) &&
          (one.everything ||
            one.relations.some((of) => of.relation === relation) ||
            one.columns.some((of) => of.relation === relation)),
      );
    const allowed = await rowsOf(
      server,
      `select r.rolname, 'clinic.public.' || c.relname from pg_roles r, pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        where r.rolcanlogin and c.relkind in ('r', 'p', 'v', 'm') and n.nspname = 'public'
          and has_any_column_privilege(r.oid, c.oid, 'select')`,
      'clinic',
    );
    expect(allowed.length).toBeGreaterThan(20);
    const untold = allowed.filter(([role = '', relation = '']) => !isTold(role, relation));
    expect(untold).toEqual([]);
    expect(isTold('bob', 'clinic.public.visits')).toBe(false);
  });

  test('tables', () => {
    const tables = told<Tables>('tables');
    const of = (name: string) => tables.find(({ table }) => table === `clinic.public.${name}`);
    expect(of('patients')).toEqual({
      table: 'clinic.public.patients',
      owner: 'owner_group',
      ownerTaken: true,
      rowSecurity: true,
      forced: false,
      policies: 3,
      openTo: [{ role: 'public' }],
      childrenOpenTo: [],
      unlogged: false,
      disabledTriggers: 1,
      partition: false,
    });
    expect(of('visits')).toMatchObject({ owner: 'postgres', ownerTaken: false, forced: true, policies: 0 });
    expect(of('lobby')?.ownerTaken).toBe(major < 14 ? undefined : true);
    expect(of('visits_1')).toMatchObject({ partition: true, rowSecurity: false });
    expect(of('cache')).toMatchObject({ unlogged: true });
    expect(tables.some((table) => 'accessMethod' in table)).toBe(false);
  });

  test('policies: whether they let everything through', () => {
    expect(told('policies')).toEqual([
      {
        table: 'clinic.public.patients',
        policy: 'every',
        command: 'all',
        permissive: true,
        roles: [{ role: 'public' }],
        everyRow: true,
        everyNewRow: true,
      },
      {
        table: 'clinic.public.patients',
        policy: 'fresh',
        command: 'insert',
        permissive: false,
        roles: [{ role: 'public' }],
        everyRow: false,
        everyNewRow: true,
      },
      {
        table: 'clinic.public.patients',
        policy: 'own',
        command: 'select',
        permissive: true,
        roles: [{ role: 'doctors' }, { role: 'nurses' }],
        everyRow: false,
        everyNewRow: false,
      },
    ]);
  });

  test('views: which of them row security does not reach through', () => {
    const views = told<readonly { view: string; bypasses: boolean; rowSecurity: boolean }[]>('views');
    const named = (which: (view: (typeof views)[number]) => boolean) =>
      views.filter(which).map(({ view }) => view.replace('clinic.public.', ''));
    expect(named(({ rowSecurity }) => rowSecurity)).toEqual([
      'barrier',
      'by_owner',
      'by_table_owner',
      'copy',
      ...(major < 15 ? [] : ['invoker', 'over_invoker']),
      'plain',
    ]);
    expect(named(({ bypasses }) => bypasses)).toEqual([
      'barrier',
      'by_table_owner',
      'copy',
      ...(major < 15 ? [] : ['over_invoker']),
      'plain',
    ]);
    expect(named(() => true)).toEqual(expect.arrayContaining(['through', 'unrelated']));
    if (major >= 15)
      expect(views).toContainEqual(
        expect.objectContaining({ securityInvoker: true, view: 'clinic.public.invoker' }),
      );
    expect(views).toContainEqual(
      expect.objectContaining({ securityBarrier: true, view: 'clinic.public.barrier' }),
    );
    expect(views).toContainEqual(expect.objectContaining({ materialized: true, view: 'clinic.public.copy' }));
  });

  test.each<readonly [string, readonly string[], readonly string[]]>([
    ['public', ['bob', 'owner_group'], ['alice', 'public']],
    // Of which alice and bob are members.
    ['doctors', ['bob', 'owner_group'], ['alice', 'public']],
    ['app', ['owner_group'], ['public']],
    ['nobody', ['owner_group'], []],
  ])(
    'tables: who gets around policies by partitions and children of a schema open to %s',
    async (usage, people, wards) => {
      await setUp(server, childrenSql, 'clinic');
      await setUp(server, childrenOpenSql, 'clinic');
      // By pg_read_all_data app may look into every schema.
      const reveals = usage === 'nobody' && major >= 14;
      if (reveals) await setUp(server, 'revoke pg_read_all_data from app');
      if (usage !== 'nobody') await setUp(server, `grant usage on schema tenants to ${usage}`, 'clinic');
      const found = seen(await looked('assay', ['postgres.tables']), 'postgres.tables').value;
      await setUp(server, 'drop schema tenants cascade', 'clinic');
      if (reveals) await setUp(server, 'grant pg_read_all_data to app');
      const open = (found as unknown as Tables)
        .filter(({ table, rowSecurity }) => rowSecurity && table.startsWith('clinic.tenants.'))
        .map(({ table, childrenOpenTo }) => [table.slice(15), childrenOpenTo.map(({ role }) => role)]);
      expect(open).toEqual([
        ['people', people],
        ['wards', wards],
        ['wards_2', []],
      ]);
    },
  );

  test('readers: who reads a partition or inherited child reads of the tables above it', async () => {
    await setUp(server, childrenSql, 'clinic');
    await setUp(
      server,
      `set search_path = tenants; grant select on wards_3_1, wards_2 to app; grant select on wards to app;
       grant select (id) on wards_1 to alice; grant select on staff to bob`,
      'clinic',
    );
    const found = seen(await looked('assay', ['postgres.readers']), 'postgres.readers').value;
    await setUp(server, 'drop schema tenants cascade', 'clinic');
    const readBy = (role: string) => {
      const of = (found as unknown as Readers).find((one) => one.role === role);
      const whole = of?.relations.map(({ relation }) => relation) ?? [];
      const columns = of?.columns.map(({ relation, column }) => `${relation}.${column}`) ?? [];
      return [...whole, ...columns]
        .filter((name) => name.startsWith('clinic.tenants.'))
        .map((name) => name.slice(15))
        .sort();
    };
    expect(readBy('app')).toEqual(['wards', 'wards_2', 'wards_3', 'wards_3_1']);
    expect(readBy('alice')).toEqual(['wards.id', 'wards_1.id']);
    expect(readBy('bob')).toEqual(['people', 'staff']);
  });

  test('views of partitions and inherited children, that policies of the parent do not hold for', async () => {
    await setUp(server, childrenSql, 'clinic');
    const found = seen(await looked('assay', ['postgres.views']), 'postgres.views').value;
    await setUp(server, 'drop schema tenants cascade', 'clinic');
    const told = (found as unknown as Views)
      .filter(({ view }) => view.startsWith('clinic.tenants.'))
      .map(({ view, rowSecurity, bypasses }) => [view.slice(15), rowSecurity, bypasses]);
    expect(told).toEqual([
      ['of_child', true, true],
      ['of_parent', true, false],
      ['of_partition', true, true],
      ['of_partition_of_partition', true, true],
      ['of_secured_partition', true, false],
    ]);
  });

  test('functions with the rights of their owner: which path each one searches', async () => {
    await setUp(server, pathsSql, 'clinic');
    const found = seen(await looked('assay', ['postgres.functions']), 'postgres.functions').value;
    await setUp(server, 'drop schema paths, "$user", "pg_catalog, pg_temp" cascade', 'clinic');
    const paths = (found as unknown as Functions)
      .filter(({ schema }) => schema === 'paths')
      .map(({ name, fixed, temporaryLast, openSchemas }) => [name, fixed, temporaryLast, openSchemas]);
    expect(paths).toEqual([
      ['closed', true, true, []],
      ['empty', true, false, []],
      ['missing', false, false, []],
      ['one_name', true, false, ['pg_catalog, paths, pg_temp']],
      ['quote', true, true, ['a", pg_catalog, "']],
      ['twice', true, false, []],
      ['upper', true, true, ['Paths']],
      ['user', true, true, ['$user']],
    ]);
  });

  test('default privileges: what was changed alone', () => {
    const clinicOf = { database: 'clinic' };
    expect(told('defaults')).toEqual([
      {
        ...clinicOf,
        maker: 'owner_group',
        schema: 'public',
        kind: 'sequence',
        change: 'granted',
        role: 'app',
        privileges: ['USAGE'],
      },
      {
        ...clinicOf,
        maker: 'postgres',
        schema: '',
        kind: 'function',
        change: 'revoked',
        role: 'public',
        privileges: ['EXECUTE'],
      },
      {
        ...clinicOf,
        maker: 'postgres',
        schema: '',
        kind: 'table',
        change: 'granted',
        role: 'public',
        privileges: ['SELECT'],
      },
    ]);
  });

  test('publications', () => {
    expect(told('publications')).toEqual([
      { publication: 'clinic.everything', owner: 'postgres', allTables: true, schemas: [], tables: [] },
      {
        publication: 'clinic.parts',
        owner: 'postgres',
        allTables: false,
        schemas: [],
        tables: ['clinic.public.patients', 'clinic.public.visits_1'],
      },
    ]);
  });

  test('triggers: those that do not fire, and every event trigger', () => {
    expect(told('triggers')).toEqual([
      { trigger: 'clinic.public.cache.cache_id_fkey', kind: 'constraint', state: 'disabled' },
      { trigger: 'clinic.ddl_audit', kind: 'event', state: 'enabled' },
      { trigger: 'clinic.ddl_off', kind: 'event', state: 'disabled' },
      { trigger: 'clinic.public.patients.audit', kind: 'table', state: 'disabled' },
    ]);
  });

  test('large objects', () => {
    expect(told('largeObjects')).toContainEqual({ database: 'clinic', total: 2, public: 1 });
  });

  test('functions that look as if they held a secret, by name', () => {
    expect(told('code')).toContainEqual({
      database: 'clinic',
      searched: major < 14 ? 5 : 6,
      suspicious: [
        { function: 'public.dial()' },
        ...(major < 14 ? [] : [{ function: 'public.parsed()' }]),
        { function: 'public.set_it()' },
      ],
    });
  });

  test('security labels, without their text', () => {
    expect(told('labels')).toEqual([
      { database: 'clinic', provider: 'anon', kind: 'table column', object: 'public.patients.ssn' },
    ]);
  });

  test('ownership', () => {
    expect(told('ownership')).toEqual([
      {
        owner: 'migrator',
        superuser: false,
        databases: 1,
        schemas: major < 15 ? 0 : 1,
        relations: major < 14 ? 0 : 1,
        functions: 0,
        members: [],
      },
      {
        owner: 'owner_group',
        superuser: false,
        databases: 0,
        schemas: 0,
        relations: 3,
        functions: 0,
        members: ['migrator'],
      },
      expect.objectContaining({ owner: 'postgres', superuser: true, databases: 2 }),
    ]);
  });
});

describe('user mappings', () => {
  const far = { server: 'clinic.far', wrapper: 'pipe', libpq: false, sslMode: 'require' };
  const near = { server: 'clinic.near', wrapper: 'pipe', libpq: false, sslMode: 'socket', role: 'alice' };
  /** A Unix socket among other places, or overridden by an address, is none. */
  const amid = { ...near, server: 'clinic.amid', sslMode: 'default' };
  const pinned = { ...near, server: 'clinic.pinned', sslMode: 'default' };
  /** Its own options are for everyone to read, without a mapping or the function. */
  const open = {
    ...far,
    server: 'clinic.open',
    sslMode: 'default',
    role: '',
    secret: true,
    passwordRequired: true,
  };
  const optional = { secret: false, passwordRequired: true };
  const whole = [
    { ...amid, ...optional },
    { ...far, role: 'app', secret: true, passwordRequired: true },
    { ...far, role: 'public', secret: false, passwordRequired: false },
    { ...near, ...optional },
    open,
    { ...pinned, ...optional },
  ];
  const withoutClosed = (from: CollectedRecord) =>
    seen(from, 'postgres.mappings').completeness[0]?.missing.filter(({ what }) => what !== 'database closed');

  test('without the function only that they are there', () => {
    expect(told('mappings')).toEqual([
      amid,
      { ...far, role: 'app' },
      { ...far, role: 'public' },
      near,
      open,
      pinned,
    ]);
    expect(withoutClosed(record)).toEqual([
      {
        what: 'options of the user mappings of database clinic',
        why: expect.stringContaining('EXECUTE on function assay_audit.user_mappings()'),
      },
    ]);
  });

  test('a superuser asks the catalog itself', async () => {
    const own = await looked('boss', ['postgres.mappings']);
    expect(told('mappings', own)).toEqual(whole);
    expect(allText(own)).not.toContain(secret);
  });

  test('a function of that name which is not ours is never called', async () => {
    await setUp(
      server,
      `create schema assay_audit; grant usage on schema assay_audit to public;
        create function assay_audit.user_mappings() returns table (server text, role text, secret boolean, unproved boolean)
        language sql security definer as $$select 'far', 'app', false, false$$`,
      'clinic',
    );
    expect(withoutClosed(await looked('assay', ['postgres.mappings']))).toHaveLength(1);
    await setUp(server, 'drop schema assay_audit cascade', 'clinic');
  });

  test('with the function that assay grants prints, which secrets there are', async () => {
    const printed = grantsSql({ role: 'assay', platform: 'self-managed' });
    const [, part = ''] = /(-- From here to the next line of stars[\s\S]*)\n-- [*]+\n/.exec(printed) ?? [];
    await setUp(server, part, 'clinic');
    await setUp(server, part, 'clinic');
    const granted = await looked('assay', ['postgres.mappings']);
    expect(told('mappings', granted)).toEqual(whole);
    expect(withoutClosed(granted)).toEqual([]);
    expect(allText(granted)).not.toContain(secret);
  });
});
