import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PostgresServer } from '../../src/demo/postgres-server.ts';
import { probeGroups } from '../../src/model/index.ts';
import { grantsSql } from '../../src/postgres/grants.ts';
import { assay } from '../cli/terminal.ts';
import { everythingIn, type Site, scan, startSite } from '../live/scanning.ts';
import { allText, fileWith, look, running, setUp, stopAll, targetAt } from './looking.ts';
import { rowsOf } from './untouched.ts';

/** In every secret that is planted, whatever case it comes back in. */
const mark = 'kq7f3x';
const planted: string[] = [];

/** A secret of its own for each place, so that a leak says where it comes from. */
function secret(place: string): string {
  const word = `${mark}${place}`;
  planted.push(word);
  return word;
}

let site: Site;
let server: PostgresServer;
const others: Client[] = [];
const ldapLine = `host all ldap 127.0.0.1/32 ldap ldapserver=127.0.0.1 ldapbasedn="dc=x" ldapbinddn="cn=x" ldapbindpasswd="${secret('ldap')}"`;
const passwords = { superuser: secret('superuser'), auditor: secret('auditor') };

/** @param build a server that knows no LDAP takes the line for an error, and quotes it */
async function start(build: Build): Promise<void> {
  site = await startSite();
  server = await running({
    password: passwords.superuser,
    ...(build.binaries === undefined ? {} : { binaries: build.binaries }),
    hba: [
      'host all assay,postgres 127.0.0.1/32 scram-sha-256',
      ...(build.ldap ? [ldapLine] : []),
      `host all radius 127.0.0.1/32 radius radiusservers=127.0.0.1 radiussecrets=${secret('radius')}`,
    ],
    settings: {
      archive_command: `curl -u x:${secret('archive')} http://x`,
      archive_cleanup_command: `x ${secret('cleanup')}`,
      restore_command: `x ${secret('restore')}`,
      recovery_end_command: `x ${secret('recovery')}`,
      ssl_passphrase_command: `echo ${secret('passphrase')}`,
      primary_conninfo: `host=x user=y password=${secret('conninfo')}`,
      'my.secret': secret('placeholder'),
    },
  });
  await setUp(server, grantsSql({ role: 'assay', platform: 'self-managed' }));
  await setUp(server, `alter role assay password '${passwords.auditor}'; ${ofServer()}`);
  if (!build.ldap) await setUp(server, `copy (select $$${ldapLine}$$) to program 'cat >> pg_hba.conf'`);
  await setUp(server, 'create database clinic');
  await setUp(server, `comment on database clinic is '${secret('databasecomment')}'`);
  const [version] = await rowsOf(server, "select current_setting('server_version_num')");
  for (const database of ['postgres', 'clinic'])
    await setUp(server, ofDatabase(database, Number(version?.[0])), database);
  await occupy(secret('application'), `select '${secret('running')}', pg_sleep(600)`);
  await occupy('psql', `select '${secret('lastquery')}'`);
}

const ofServer = (): string => `
  create role app login password '${secret('rolepassword')}';
  alter role app set my.token = '${secret('rolesetting')}';
  alter database postgres set my.token = '${secret('databasesetting')}';
  alter role app in database postgres set my.other = '${secret('rolesettingindatabase')}';
  comment on role app is '${secret('rolecomment')}';`;

/** Everything in a database that has a text of its own. */
function ofDatabase(database: string, version: number): string {
  const word = (place: string): string => secret(`${database}${place}`);
  return `
  create table cards (
    number text default '${word('default')}' check (number <> '${word('check')}'),
    kind text generated always as (number || '${word('generated')}') stored);
  insert into cards select '${word('row')}' from generate_series(1, 200);
  analyze cards;
  create index on cards ((number || '${word('index')}')) where number <> '${word('predicate')}';
  alter table cards enable row level security;
  create policy reads on cards for select to public using (number <> '${word('policy')}');
  create policy writes on cards for insert to public with check (number <> '${word('withcheck')}');
  comment on table cards is '${word('tablecomment')}';
  comment on column cards.number is '${word('columncomment')}';
  comment on policy reads on cards is '${word('policycomment')}';
  comment on schema public is '${word('schemacomment')}';
  create view numbers as select number from cards where number <> '${word('view')}';
  create materialized view kept as select '${word('kept')}' as a;
  create rule silent as on delete to cards where old.number = '${word('rule')}' do instead nothing;
  create function answer() returns text language sql security definer
    set my.token = '${word('functionsetting')}' as 'select ''${word('body')}''';
  comment on function answer() is '${word('functioncomment')}';
  ${version < 140_000 ? '' : `create function atomic() returns text begin atomic select '${word('atomic')}'; end;`}
  create function argued(a text default '${word('argument')}') returns text language sql as 'select a';
  create function fired() returns trigger language plpgsql as $$ begin perform '${word('plpgsql')}'; return new; end $$;
  create trigger watch before insert on cards for each row when (new.number <> '${word('when')}')
    execute function fired('${word('triggerargument')}');
  create function noticed() returns event_trigger language plpgsql as $$ begin perform '${word('eventbody')}'; end $$;
  create event trigger notice on ddl_command_end execute function noticed();
  create domain code as text check (value <> '${word('domain')}');
  create type mood as enum ('${word('label')}');
  create foreign data wrapper wrapper options (key '${word('wrapper')}');
  create server away foreign data wrapper wrapper options (host 'x', password '${word('server')}');
  create user mapping for app server away options (user 'u', password '${word('mapping')}');
  create user mapping for public server away options (password '${word('publicmapping')}');
  create foreign table remote (a int options (key '${word('columnoption')}')) server away
    options (key '${word('tableoption')}');
  create publication shared for table cards${version < 150_000 ? '' : ` (number) where (number <> '${word('filter')}')`};
  create subscription ${database}_sub connection 'host=127.0.0.1 port=1 user=x password=${word('subscription')}'
    publication p with (connect = false);
  grant select on cards, numbers to public; grant usage on foreign server away to public;
  select lo_from_bytea(0, '${word('largeobject')}');`;
}

/** A session of somebody else. */
async function occupy(name: string, sql: string): Promise<void> {
  const client = new Client({ ...server.superuser, ssl: false, application_name: name });
  client.on('error', () => undefined);
  await client.connect();
  others.push(client);
  const answered = client.query(sql).catch(() => undefined);
  if (!sql.includes('pg_sleep')) await answered;
}

/** Forms that a text may have been written in: plain, hex, base64 at each of its three places, its digest. */
function formsOf(word: string): readonly string[] {
  const bytes = Buffer.from(word);
  const base64 = [0, 1, 2].map((lead) =>
    Buffer.concat([Buffer.alloc(lead), bytes])
      .toString('base64')
      .slice(4, -4),
  );
  const digests = ['md5', 'sha1', 'sha256'].map((name) => createHash(name).update(word).digest('hex'));
  return [word, bytes.toString('hex'), ...base64, ...digests];
}

const forms = (): readonly (readonly [string, string])[] =>
  planted.flatMap((word) => formsOf(word).map((form) => [word, form.toLowerCase()] as const));

/** Secrets that a text holds in any form. */
function leaksIn(text: string): readonly string[] {
  const lower = text.toLowerCase();
  return [...new Set(forms().flatMap(([word, form]) => (lower.includes(form) ? [word] : [])))];
}

async function textOf(database: string): Promise<string> {
  const relations = await rowsOf(
    server,
    `select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'pg_catalog' and c.relkind in ('r', 'v') and c.relname not like 'pg_shmem%' order by 1`,
    database,
  );
  const texts = [
    ...relations.map(([name]) => `select t::text from pg_catalog.${name} t`),
    'select pg_get_expr(d.adbin, d.adrelid) from pg_attrdef d',
    'select pg_get_constraintdef(c.oid) from pg_constraint c',
    'select pg_get_indexdef(i.indexrelid) from pg_index i',
    'select pg_get_triggerdef(t.oid) from pg_trigger t',
    "select pg_get_functiondef(p.oid) from pg_proc p where p.pronamespace = 'public'::regnamespace",
    "select encode(data, 'escape') from pg_largeobject",
    "select pg_read_file('pg_hba.conf')",
    "select encode(t.tgargs, 'escape') from pg_trigger t",
  ];
  const answers: string[] = [];
  for (const sql of texts) for (const [text] of await rowsOf(server, sql, database)) answers.push(text ?? '');
  return answers.join('\n');
}

interface Build {
  /** Absent: those of the npm package. */
  readonly binaries?: string;
  /** Whether it knows that method of authentication. */
  readonly ldap: boolean;
}

/** Tests that no secret of a server, of any kind, gets into anything that is written or printed. */
export function testCanaries(build: Build): void {
  beforeAll(() => start(build));
  afterAll(async () => {
    for (const client of others) client.end().catch(() => undefined);
    await stopAll();
    await site.stop();
  });

  test('each secret is there to be found', async () => {
    const found = `${await textOf('postgres')}\n${await textOf('clinic')}`;
    const hashed = [passwords.superuser, passwords.auditor, `${mark}rolepassword`];
    expect(planted.filter((word) => !hashed.includes(word) && !found.includes(word))).toEqual([]);
    expect(planted.length).toBeGreaterThan(60);
    expect(leaksIn(`x${Buffer.from(`ab${mark}ldap cd`).toString('base64')}`)).toEqual([`${mark}ldap`]);
  });

  describe.each([
    ['the printed role', 'assay', passwords.auditor],
    ['a superuser', 'postgres', passwords.superuser],
  ])('%s', (_, user, password) => {
    const file = (): string => {
      const path = fileWith(password);
      const url = `postgres://${user}@127.0.0.1:${server.port}/postgres`;
      const line = `{ id: db, url: "${url}", tls: plaintext, credentials: { password: "file:${path}" } }`;
      writeFileSync(join(site.folder, `${user}.yaml`), `targets:\n  - ${line}\n`);
      return `${user}.yaml`;
    };

    test('no secret is in anything that a scan writes or prints', async () => {
      const config = file();
      const asked = ['--config', config, '--probe', probeGroups.join(',')];
      const scanned = await scan(site, [...asked, '--format', 'json,html,pdf', '--json']);
      expect([3, 4]).toContain(scanned.exitCode);
      const more = await Promise.all(
        [
          ['report', scanned.bundle, '--format', 'text,json,html,pdf'],
          ['evaluate', scanned.bundle],
          ['verify', scanned.bundle],
          ['findings', scanned.bundle, '--format', 'csv'],
          ['doctor', '--config', config],
          ['doctor', '--config', config, '--format', 'json'],
          ['grants', 'postgres', '--check', 'db', '--config', config],
          ['plan', '--config', config],
        ].map((argv) => assay(argv, { cwd: site.folder, columns: 400 })),
      );
      for (const { exitCode, stderr } of more) expect([exitCode, stderr]).not.toContain(1);
      const printed = [scanned, ...more].map(({ stdout, stderr }) => stdout + stderr).join('\n');
      expect(printed.length).toBeGreaterThan(10_000);
      expect(leaksIn(printed)).toEqual([]);
      expect(leaksIn(everythingIn(site.folder))).toEqual([]);
    });

    test('nor in any fact that there is, or its evidence', async () => {
      const connection = {
        user,
        tls: 'plaintext',
        tlsGiven: true,
        password: { kind: 'file', path: fileWith(password) },
      } as const;
      const record = await look(targetAt({ host: '127.0.0.1', port: server.port }, connection));
      expect(record.observations.filter(({ kind }) => kind === 'seen').length).toBeGreaterThan(6);
      expect(leaksIn(allText(record))).toEqual([]);
    });
  });
}
