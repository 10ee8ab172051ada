import { createHash, createHmac } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Canaries } from '../../src/data/facts/canaries.ts';
import { markOf, textMark } from '../../src/data/marks.ts';
import type { PostgresServer } from '../../src/demo/postgres-server.ts';
import { noTestRecords } from '../../src/model/index.ts';
import { assay, removeFolders, temporaryFolder } from '../cli/terminal.ts';
import {
  askAs,
  clinicTarget,
  columnOf,
  grantSampling,
  lookAtData,
  startClinic,
  storeOf,
} from '../postgres/clinic.ts';
import { seen, setUp, stopAll } from '../postgres/looking.ts';
import { everythingIn, type Scanned, scan } from './scanning.ts';

const card = '4111111111111111';
const hash = (algorithm: string, text: string) => createHash(algorithm).update(text).digest();
const keyed = createHmac('sha256', 'a key elsewhere').update(card).digest();

/** What must appear nowhere. */
const values = [
  card,
  '4111 1111 1111 1111',
  'gone.canary@example.org',
  'Gone Canary-Person',
  'Former Canary-Name',
  'Corrected Canary-Name',
  'test-key-990001',
  'Pseudo Canary-Person',
  'export.canary@example.org',
  'Export Canary-Person',
  '990008-export',
  hash('sha256', card).toString('hex'),
  keyed.toString('hex'),
  hash('md5', 'pseudo canary-person').toString('hex'),
];

let server: PostgresServer;
let folder: string;
beforeAll(async () => {
  server = await startClinic();
  folder = temporaryFolder();
  await setUp(
    server,
    `create schema kept;
     create table kept.remarks (id text, x1 text, card_count numeric);
     insert into kept.remarks select g::text, 'nothing of note ' || g, g * 7919 + 9000000000000000 from generate_series(1, 300) g;
     insert into kept.remarks values ('card', '4111 1111 1111 1111', ${card});
     create table kept.hashes (id text, as_hex text, as_base64 text, as_bytes bytea, pseudonym text, salted text);
     insert into kept.hashes select g::text, md5(g::text), md5(g::text), sha256(g::text::bytea), 'P-' || g, null from generate_series(1, 300) g;
     create table kept.people (id int, name text, email text, secret bytea);
     insert into kept.people select g, 'Somebody ' || g, 'somebody' || g || '@example.net', sha256(g::text::bytea) from generate_series(1, 300) g;
     create table kept.visits (id int, name text);
     insert into kept.visits select g, 'Somebody ' || g from generate_series(1, 300) g;`,
    'clinic',
  );
  await weaken();
});
afterAll(async () => {
  await stopAll();
  removeFolders();
});

const weaken = () =>
  setUp(
    server,
    `insert into kept.hashes values ('test-key-990001', '${hash('sha256', card).toString('hex')}',
       '{SHA}${hash('sha1', '4111-1111-1111-1111\n').toString('base64')}', '\\x${hash('sha512', hash('sha512', card).toString('hex')).toString('hex').slice(0, 40)}',
       '${hash('md5', 'pseudo canary-person').toString('hex').toUpperCase()}', '$2b$12$abcdefghijklmnopqrstuv');
     insert into kept.people values (990002, ' Former canary-name ', 'x@example.net', null), (990003, 'Other', 'GONE.Canary@example.org', null);
     insert into kept.people values (990008, 'Export Canary-Person', 'export.canary@example.org', null);
     insert into kept.visits values (990002, 'Former Canary-Name'), (990003, E'\\tGone Canary-Person\\r\\n'), (990008, 'Export Canary-Person');`,
    'clinic',
  ).then(() => handOver({ email: 'export.canary@example.org' }));

/** As the owner's process would write it. */
const handOver = (content: object) => writeFileSync(join(folder, 'export.json'), JSON.stringify(content));

const mend = () => {
  handOver({ person: { names: ['EXPORT Canary-Person'], email: 'export.canary@example.org' } });
  return setUp(
    server,
    `update kept.hashes set as_hex = '${keyed.toString('hex')}', as_base64 = '${keyed.toString('base64')}', as_bytes = '\\x${keyed.toString('hex')}',
       pseudonym = gen_random_uuid()::text, salted = '${keyed.toString('base64url')}' where id = 'test-key-990001';
     update kept.people set name = 'Corrected Canary-Name' where id = 990002;
     update kept.visits set name = 'Corrected Canary-Name' where id = 990002;
     delete from kept.people where id = 990003; delete from kept.visits where id = 990003;`,
    'clinic',
  );
};

const record = (column: string, of: string, value: string) =>
  `          - { column: clinic.kept.hashes.${column}, key: id, id: test-key-990001, of: ${of}, values: ['${value}'] }\n`;

interface Given {
  readonly sample?: string;
  readonly cards?: readonly string[];
  readonly digests?: readonly string[];
  readonly more?: string;
}

/** Writes the configuration, and does psql's part: each part of the script in its database. */
async function declared({ sample = 'all', cards = ['x1'], digests, more = '' }: Given = {}): Promise<string> {
  const url = `postgres:///clinic?host=${server.socketFolder}&port=${server.port}`;
  const records = digests ?? ['as_hex', 'as_base64', 'as_bytes'].map((one) => record(one, 'card', card));
  writeFileSync(
    join(folder, 'assay.yaml'),
    `targets:
  - id: db
    url: "${url}"
    credentials: { user: assay }
    data:
      columns:
        - { column: clinic.kept.people.name, class: phi }
        - { column: clinic.kept.people.email, class: email }
        - { column: clinic.kept.people.secret, class: phi, protection: encrypted }
        - { column: clinic.kept.visits.name, class: phi }
${more}      sample: { rows: ${sample} }
      test-records:
        cards:
${cards.map((column) => `          - { column: clinic.kept.remarks.${column}, number: '${card.replace(/(.{4})(?=.)/g, column === 'x1' ? '$1 ' : '$1')}' }\n`).join('')}        digests:
${records.join('')}${record('pseudonym', 'person', 'Pseudo Canary-Person')}        corrected:
          - { column: clinic.kept.people.name, key: id, id: '990002', value: Corrected Canary-Name, former: Former Canary-Name }
        erased:
          - { person: test-7, values: [gone.canary@example.org, Gone Canary-Person] }
        exported:
          - { person: test-8, values: [export.canary@example.org, Export Canary-Person, '990008-export'], file: export.json }
`,
  );
  const { stdout, stderr, exitCode } = await assay(
    ['grants', 'postgres', '--sampling', '--config', 'assay.yaml'],
    { cwd: folder },
  );
  expect(stderr).toBe('');
  expect(exitCode).toBe(0);
  const [, database, sql = ''] = stdout.split(/^\\connect -reuse-previous=on "dbname='(.*)'"$/m);
  await setUp(server, sql, database);
  return stdout;
}

const controls = [
  'data.deid.pseudonyms-not-derivable',
  'data.discovery.canary-found',
  'data.pan.hash-keyed',
  'data.rights.access-export-canary',
  'data.rights.erasure-canary',
  'data.rights.rectification-recorded',
];

const looked = () =>
  scan({ folder }, [
    ...['--config', 'assay.yaml', '--probe', 'sampling', '--timeout', '30s'],
    ...controls.flatMap((one) => ['--control', one]),
  ]);

const findingOn = ({ findings }: Scanned, control: string) =>
  findings.find(({ controlId }) => controlId === control);
const verdicts = (scanned: Scanned) => controls.map((one) => findingOn(scanned, one)?.reason);
const itemsOf = (scanned: Scanned, control: string) =>
  findingOn(scanned, control)?.exceptions.map(({ item }) => item) ?? [];
const whyOf = (scanned: Scanned, control: string) =>
  findingOn(scanned, control)?.unseen.map(({ message }) => message) ?? [];

describe('test records in a database', () => {
  test('fail where digests can be made by anybody, and corrections and erasures did not reach every column', async () => {
    const sql = await declared({ cards: ['x1', 'card_count'] });
    const scanned = await looked();
    expect(verdicts(scanned)).toEqual(Array(6).fill('fail'));
    expect(itemsOf(scanned, 'data.discovery.canary-found')).toEqual(['clinic.kept.remarks.card_count']);
    expect(itemsOf(scanned, 'data.pan.hash-keyed')).toEqual([
      'clinic.kept.hashes.as_hex',
      'clinic.kept.hashes.as_base64',
      'clinic.kept.hashes.as_bytes',
    ]);
    expect(itemsOf(scanned, 'data.rights.access-export-canary')).toEqual([
      'test-8 clinic.kept.people.name',
      'test-8 clinic.kept.visits.name',
    ]);
    expect(itemsOf(scanned, 'data.rights.erasure-canary')).toEqual([
      'test-7 clinic.kept.people.email',
      'test-7 clinic.kept.visits.name',
    ]);
    expect(itemsOf(scanned, 'data.rights.rectification-recorded')).toEqual([
      'clinic.kept.people.name',
      'clinic.kept.people.name clinic.kept.people.name',
      'clinic.kept.people.name clinic.kept.visits.name',
    ]);
    const bundled = everythingIn(scanned.bundle);
    for (const by of ['sha256', 'sha1', 'sha512 of sha512 in hex', 'md5'])
      expect(new RegExp(`"by": ?"${by}"`).test(bundled), by).toBe(true);
    const report = await assay(['report', scanned.bundle, '--format', 'text,json,html,pdf'], { cwd: folder });
    expect(report.exitCode).toBe(0);
    expect((await assay(['verify', scanned.bundle])).exitCode).toBe(0);
    for (const file of ['assay.yaml', 'export.json']) rmSync(join(folder, file));
    const written = [everythingIn(folder), sql, scanned.stdout, scanned.stderr, report.stdout]
      .join('\n')
      .toLowerCase();
    expect(values.filter((each) => written.includes(each.toLowerCase()))).toEqual([]);
  });

  test('pass once that was mended', async () => {
    await mend();
    await declared();
    expect(verdicts(await looked())).toEqual(Array(6).fill('pass'));
  });

  test('need functions, and it is told which are there', async () => {
    await declared();
    const check = () =>
      assay(['grants', 'postgres', '--check', 'db', '--config', 'assay.yaml'], { cwd: folder });
    const held = await check();
    expect(held.stdout).toMatch(
      /counting clinic\.kept\.hashes\.as_hex by assay_audit\.record_[0-9a-f]{16}\(\)/,
    );
    expect(held.stdout).not.toContain('no function for it');
    await setUp(server, 'drop schema assay_audit cascade', 'clinic');
    expect((await check()).stdout).toContain('no function for it as declared now');
    const scanned = await looked();
    expect(verdicts(scanned)).toEqual(Array(6).fill('unseen'));
  });

  test('are not found by a discovery that reads too few rows', async () => {
    await setUp(server, 'analyze kept.remarks', 'clinic');
    await declared({ sample: '5' });
    const scanned = await looked();
    expect(verdicts(scanned)).toEqual(['pass', 'fail', 'pass', 'pass', 'pass', 'pass']);
  });

  test('are told beforehand, function by function', async () => {
    await declared();
    const { stdout } = await assay(
      ['plan', '--config', 'assay.yaml', '--probe', 'sampling', '--control', 'data.rights'],
      { cwd: folder },
    );
    for (const part of [
      'from assay_audit.trace_',
      'from assay_audit.record_',
      'from "kept"."people" t',
      '/export.json of this machine',
    ])
      expect(stdout).toContain(part);
    expect(values.filter((each) => stdout.includes(each))).toEqual([]);
  });

  test('cannot be tested where a row, a value or a column to compare with is not there', async () => {
    await mend();
    await setUp(
      server,
      `delete from kept.remarks where id = 'card';
       insert into kept.hashes values ('test-key-990001');
       update kept.people set name = 'Somebody else' where id = 990002;`,
      'clinic',
    );
    writeFileSync(join(folder, 'export.json'), 'name: Export Canary-Person');
    await declared({ more: '        - { column: clinic.kept.gone.name, class: phi }\n' }).catch(
      () => undefined,
    );
    const scanned = await looked();
    expect(verdicts(scanned)).toEqual(Array(6).fill('unseen'));
    expect(whyOf(scanned, 'data.pan.hash-keyed').join()).toContain('2 rows have the key');
    expect(whyOf(scanned, 'data.rights.access-export-canary').join()).toContain(
      'expected JSON in the export',
    );
  });
});

describe('the column that tells the row', () => {
  const at = { database: 'clinic', schema: 'kept', table: 'guarded', column: 'name' };
  const values = {
    keyMark: markOf('key', '7'),
    mark: textMark('New Name'),
    formerMark: textMark('Old Name'),
  };
  const dataOf = (key: string) =>
    storeOf({
      columns: [columnOf(['kept', 'guarded', 'name'], 'phi')],
      testRecords: { ...noTestRecords, corrected: [{ ...at, key, ...values }] },
    });
  const correctedBy = async (key: string, user = 'assay') => {
    const record = await lookAtData(clinicTarget(server, dataOf(key), user), ['data.canaries']);
    const { value, completeness } = seen(record, 'data.canaries');
    const missing = completeness.find(({ list }) => list === '/corrected')?.missing;
    return { corrected: (value as unknown as Canaries).corrected[0]?.stands, why: missing?.[0]?.why };
  };

  beforeAll(() =>
    setUp(
      server,
      `create type kept.code as (n int);
       create table kept.guarded (id int, other kept.code, name text);
       insert into kept.guarded values (7, row(7), 'new name'), (8, row(8), 'somebody');
       create role reader login; grant usage on schema kept to reader; grant select (id, name) on kept.guarded to reader;
       create role half login; grant usage on schema kept to half; grant select (name) on kept.guarded to half;`,
      'clinic',
    ),
  );

  test('is read by the owner’s function, or directly by who may read both', async () => {
    await grantSampling(server, dataOf('id'));
    expect(await correctedBy('id')).toEqual({ corrected: true });
    await expect(askAs(server, 'assay', 'select id from kept.guarded')).rejects.toMatchObject({
      code: '42501',
    });
    expect(await correctedBy('id', 'reader')).toEqual({ corrected: true });
    expect((await correctedBy('id', 'half')).why).toMatch(/^no function for it/);
  });

  test('is left alone where its type could run code of others, whoever calls the function', async () => {
    await grantSampling(server, dataOf('other'));
    const { corrected, why } = await correctedBy('other');
    expect(corrected).toBeUndefined();
    expect(why).toMatch(/^its type is not of pg_catalog/);
    const [made] = (await askAs(
      server,
      'postgres',
      "select p.oid::regprocedure::text as name from pg_proc p where p.proname ~ '^record_'",
    )) as [{ name: string }];
    expect(await askAs(server, 'assay', `select * from ${made.name}`)).toEqual([]);
  });

  test('is not there: the script stops, and without it nothing is told', async () => {
    await expect(grantSampling(server, dataOf('nothing'))).rejects.toThrow(
      'no column "kept"."guarded"."nothing"',
    );
    expect((await correctedBy('nothing')).why).toMatch(/^no function for it/);
  });
});
