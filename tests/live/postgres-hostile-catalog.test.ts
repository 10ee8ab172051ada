import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PostgresServer } from '../../src/demo/postgres-server.ts';
import type { CollectedRecord } from '../../src/model/index.ts';
import type { Access } from '../../src/postgres/facts/access.ts';
import { grantsSql } from '../../src/postgres/grants.ts';
import { objectName } from '../../src/postgres/object-name.ts';
import { quoteIdentifier } from '../../src/postgres/quoting.ts';
import { assay, removeFolders, temporaryFolder } from '../cli/terminal.ts';
import { look, running, seen, seenOverSocket, setUp, stopAll, targetAt } from '../postgres/looking.ts';
import { everythingIn, type Scanned, scan } from './scanning.ts';

/** Names that act on terminals, in spreadsheets, in HTML, in SQL, in our own lists, or by their length. */
const names = [
  `quote"and'quote`,
  'line\nexit code 0: no exceptions in what was tested\r\nline',
  '\u001b[31mred\u001b]0;title\u0007\u009b1m',
  '\u001b]8;;http://evil.example\u001b\\link\u202e',
  `=cmd|' /C calc'!A0`,
  '+1+1',
  '@SUM(1)',
  '-2',
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '{a,b}',
  'NULL',
  'a: b',
  'clinic.public.patients',
  '$$; drop table x; --',
  '%s\\',
  '`id`',
  '__proto__',
  'constructor',
  '名'.repeat(21),
  'n'.repeat(63),
];
/** Every one of them costs a connection. */
const databases = names.slice(0, 12).filter((one) => !/[\r\n]/.test(one));
const long = `${names.join('')}${'long comment '.repeat(5_000)}`;

let server: PostgresServer;
let folder: string;
let record: CollectedRecord;
const q = quoteIdentifier;
const text = (of: string): string => `'${of.replaceAll("'", "''")}'`;

/** Things of every kind that has a fact, each with an exception to tell. */
const thingsOf = (name: string): string => `
create role ${q(name)} login;
create schema ${q(name)} authorization ${q(name)}; grant create on schema ${q(name)} to public;
set search_path = ${q(name)};
create table ${q(name)} (${q(name)} int); comment on table ${q(name)} is E${text(long).replaceAll('\\', '\\\\')};
grant select on ${q(name)} to public; grant update (${q(name)}) on ${q(name)} to ${q(name)} with grant option;
alter table ${q(name)} enable row level security;
create policy ${q(name)} on ${q(name)} to ${q(name)} using (true);
create view ${q(`${name.slice(0, 20)} v`)} as select * from ${q(name)};
create function ${q(name)}(${q(name)} int) returns text language sql security definer
  as $body$select 'password=hunter22'$body$;
create function ${q(`${name.slice(0, 20)} t`)}() returns trigger language plpgsql as $body$begin return null; end$body$;
create trigger ${q(name)} after insert on ${q(name)} execute function ${q(`${name.slice(0, 20)} t`)}();
alter table ${q(name)} disable trigger ${q(name)};
alter default privileges for role ${q(name)} in schema ${q(name)} grant select on tables to ${q(name)}, public;
create publication ${q(name)} for table ${q(name)};
create foreign data wrapper ${q(name)}; create server ${q(name)} foreign data wrapper ${q(name)} options (sslmode ${text(name)});
create user mapping for ${q(name)} server ${q(name)} options (password 'hunter22', password_required 'false');
reset search_path`;

beforeAll(async () => {
  folder = temporaryFolder();
  server = await running({
    password: 'superuser-password',
    hba: ['host all all 127.0.0.1/32 trust', 'local all all trust'],
    settings: { wal_level: 'logical' },
  });
  await setUp(server, grantsSql({ role: 'assay', platform: 'self-managed' }));
  await setUp(server, names.map(thingsOf).join(';\n'));
  for (const name of databases) await setUp(server, `create database ${q(name)}`);
  record = await look(
    targetAt({ host: server.socketFolder, port: server.port }, { user: 'assay' }),
    {},
    undefined,
    60_000,
  );
});
afterAll(async () => {
  await stopAll();
  removeFolders();
});

const told = <T>(fact: string): T => seen(record, `postgres.${fact}`).value as T;
const namesIn = (fact: string, field: string): readonly string[] =>
  told<readonly Readonly<Record<string, string>>[]>(fact).map((item) => item[field] ?? '');

describe('facts about hostile names', () => {
  const here = names.map((name) => objectName('postgres', name, name));

  test('are told whole, whatever they are', () => {
    for (const fact of seenOverSocket) expect(seen(record, fact).completeness, fact).toBeDefined();
    const { relations } = told<Access>('access');
    for (const [index, name] of names.entries())
      expect(relations).toContainEqual(
        expect.objectContaining({
          relation: here[index],
          grants: [{ role: 'public', privileges: ['SELECT'], grantable: [] }],
          columns: [{ column: objectName(name), role: name, privileges: ['UPDATE'], grantable: ['UPDATE'] }],
        }),
      );
    const all = (extra: readonly string[]) => expect.arrayContaining([...extra]);
    expect(namesIn('tables', 'table')).toEqual(all(here));
    expect(namesIn('policies', 'policy')).toEqual(all(names));
    expect(namesIn('publications', 'publication')).toEqual(
      all(names.map((name) => objectName('postgres', name))),
    );
    expect(namesIn('mappings', 'role')).toEqual(all(names));
    expect(namesIn('mappings', 'wrapper')).toEqual(all(names));
    expect(new Set(namesIn('mappings', 'sslMode'))).toEqual(new Set(['other']));
    expect(namesIn('roles', 'name')).toEqual(all(names));
    expect(namesIn('defaults', 'maker')).toEqual(all(names));
    expect(namesIn('ownership', 'owner')).toEqual(all(names));
    expect(namesIn('triggers', 'trigger')).toEqual(
      all(names.map((name) => objectName('postgres', name, name, name))),
    );
    const { databases: found } = told<{ databases: readonly { database: string }[] }>('privileges');
    expect(found.map(({ database }) => database)).toEqual(all(databases));
  });

  test('no two things have one name', () => {
    for (const [fact, field] of [
      ['tables', 'table'],
      ['views', 'view'],
      ['publications', 'publication'],
    ] as const) {
      const found = namesIn(fact, field);
      expect(new Set(found).size).toBe(found.length);
    }
    expect(objectName('a.b', 'c')).not.toBe(objectName('a', 'b.c'));
  });
});

describe('a whole scan, and every report of it', () => {
  let scanned: Scanned;
  let outputs: readonly string[];

  beforeAll(async () => {
    const url = `postgres://assay@127.0.0.1:${server.port}/postgres?sslmode=disable`;
    scanned = await scan({ folder }, [url, '--timeout', '60s']);
    const { bundle } = scanned;
    const ran = [
      await assay(['report', bundle, '--format', 'text,json,html,pdf']),
      await assay(['findings', bundle]),
      await assay(['verify', bundle, '--rederive']),
      await assay(['evaluate', bundle]),
    ];
    for (const { exitCode } of ran.slice(0, 3)) expect(exitCode).toBe(0);
    outputs = [scanned, ...ran].map(({ stdout, stderr }) => stdout + stderr);
  });

  test('names the hostile ones as exceptions', () => {
    const failed = scanned.findings
      .filter(({ reason }) => reason === 'fail')
      .map(({ controlId }) => controlId);
    expect(failed).toEqual(
      expect.arrayContaining([
        'postgres.audit.triggers-fire',
        'postgres.fdw.no-cleartext-credentials',
        'postgres.grant.default-privileges',
        'postgres.grant.definer-functions-safe',
        'postgres.grant.no-public-create',
        'postgres.hygiene.no-secrets-in-functions',
        'postgres.rls.views-respected',
      ]),
    );
    const items = scanned.findings.flatMap(({ exceptions }) => exceptions.map(({ item }) => item));
    for (const name of names) expect(items).toContain(`postgres ${name}`);
  });

  test('nothing acts on a terminal, and no name makes a line of its own', () => {
    const printed = outputs.join('');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
    expect(printed.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
    expect(printed).not.toMatch(/^exit code 0: no exceptions in what was tested$/m);
  });

  test('the HTML holds no element that a name brought', () => {
    const html = readFileSync(`${scanned.bundle}.html`, 'utf8');
    expect(html).not.toMatch(/<script>alert|<img src=x/);
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  });

  test('the list for a spreadsheet holds no formula', async () => {
    const { stdout } = await assay(['findings', scanned.bundle, '--format', 'csv']);
    expect(stdout).not.toMatch(/(^|,)"?[=+@-]/m);
    expect(stdout).toContain('cmd|');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
    expect(stdout.replace(/\r?\n/g, '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
  });

  test('what is for machines can be read back, and the PDF is there', async () => {
    const { stdout } = await assay(['findings', scanned.bundle, '--format', 'json']);
    expect(() => JSON.parse(stdout)).not.toThrow();
    expect(() => JSON.parse(readFileSync(`${scanned.bundle}.json`, 'utf8'))).not.toThrow();
    expect(readFileSync(`${scanned.bundle}.pdf`).subarray(0, 5).toString()).toBe('%PDF-');
    expect(readdirSync(join(scanned.bundle, 'data'))).toContain('findings.ndjson');
  });

  test('no secret and no comment left the server', () => {
    const files = everythingIn(folder);
    expect(files).not.toContain('hunter22');
    expect(files).not.toContain('long comment');
  });
});
