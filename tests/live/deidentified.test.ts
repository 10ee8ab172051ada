import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Deidentified } from '../../src/data/facts/deidentified.ts';
import { identifierForms } from '../../src/data/identifier-forms.ts';
import type { PostgresServer } from '../../src/demo/postgres-server.ts';
import type { DataStore, DeclaredDeidentified, Deidentification } from '../../src/model/index.ts';
import { askAs, clinicTarget, grantSampling, lookAtData, startClinic, storeOf } from '../postgres/clinic.ts';
import { allText, seen, setUp, stopAll } from '../postgres/looking.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startClinic();
  await setUp(server, tables, 'clinic');
});
afterAll(stopAll);

const tables = `create schema study;
create table study.raw (
  "t" text, born date, seen_at timestamptz, "patientAge" int, zip text, note text, contact jsonb, client inet, card text, mail varchar(99));
insert into study.raw
  select 'a', '1930-05-17', '2020-05-17 10:00+00', 95, '02138', 'call 212-555-2368', '{"at": ["x", "canary@example.org"]}', '10.2.3.4',
    '4111111111111111', 'canary@example.org' from generate_series(1, 30);
create table study.tidy (
  "t" text, born date, seen_year int, "patientAge" int, zip text, systolic numeric, weight float8, note text, flags int[], mail varchar(99));
insert into study.tidy
  select 'a', date_trunc('year', now() - interval '40 years'), 2020, 90, '021', 120 + g, 70.123456789012 + g, 'felt well', '{1,2}', null
  from generate_series(1, 30) g;
create table study.limited (admitted date, age int, zip text, city text, note text);
insert into study.limited select '2020-05-17', 95, '02138', 'Boston', 'felt well' from generate_series(1, 30);
create table study.nobody (born date, mail text, scan bytea);
create domain study.picture as bytea;
create table study.scanned (scan bytea, note text, drawn study.picture, drawn_all study.picture[]);
insert into study.scanned values ('\\x00', repeat('x', 9000), '\\x00', '{"\\\\x00"}');
create type mood as enum ('well');
create table study.moods (mood mood);
create table study.parsed (answers json);
insert into study.parsed values ('{"at": "canary@example.org \\u0000"}');
create table study.parent (note text) partition by list (note);
create table study.parent_1 partition of study.parent default;
insert into study.parent values ('canary@example.org');
create table study.above (note text);
create table study.below (mail text) inherits (study.above);
insert into study.below values ('felt well', 'canary@example.org');
create view study.seen as select * from study.tidy;`;

const tableOf = (table: string, method: Deidentification = 'safe-harbour'): DeclaredDeidentified => ({
  ...{ database: 'clinic', schema: 'study', table, method },
});

async function looked(...deidentified: readonly DeclaredDeidentified[]) {
  const data: DataStore = storeOf({ deidentified });
  await grantSampling(server, data);
  const record = await lookAtData(clinicTarget(server, data), ['data.deidentified']);
  const { value, completeness } = seen(record, 'data.deidentified');
  const columns = value as unknown as Deidentified;
  const why = (column: string): string | undefined =>
    completeness.flatMap(({ missing }) => missing).find(({ what }) => what === column)?.why;
  return { record, columns, completeness, why };
}

const foundIn = (columns: Deidentified): Readonly<Record<string, readonly string[] | undefined>> =>
  Object.fromEntries(columns.map(({ column, found }) => [column.split('.').at(-1), found]));

describe('a table declared to be de-identified', () => {
  test('is read column by column, none of which has to be named', async () => {
    const { columns, record } = await looked(tableOf('raw'));
    expect(foundIn(columns)).toEqual({
      t: [],
      born: ['date', 'age'],
      seen_at: ['date'],
      patientAge: ['age'],
      zip: ['zip'],
      note: ['phone'],
      contact: ['email'],
      client: ['ip-address'],
      card: ['card-number'],
      mail: ['email'],
    });
    expect(columns.filter(({ identifying }) => identifying === false).map(({ column }) => column)).toEqual([
      'clinic.study.raw.t',
    ]);
    expect(columns.every(({ rows, values }) => rows === 30 && values === 30)).toBe(true);
    for (const value of ['212-555-2368', 'canary@example.org', '4111111111111111', '1930-05-17'])
      expect(allText(record)).not.toContain(value);
    await expect(askAs(server, 'assay', 'select note from study.raw')).rejects.toMatchObject({
      code: '42501',
    });
  });

  test('is clean where dates are years, ZIP codes three digits and ages capped', async () => {
    const { columns, completeness } = await looked(tableOf('tidy'));
    expect(columns.map(({ identifying }) => identifying)).toEqual(Array(10).fill(false));
    expect(completeness).toMatchObject([{ list: '', returned: 10, missing: [] }]);
  });

  test('may keep dates, ages, towns and ZIP codes as a limited data set', async () => {
    const limited = await looked(tableOf('limited', 'limited-data-set'));
    expect(limited.columns.map(({ identifying }) => identifying)).toEqual(Array(5).fill(false));
    const harbour = await looked(tableOf('limited'));
    expect(foundIn(harbour.columns)).toEqual({
      admitted: ['date'],
      age: ['age'],
      city: [],
      note: [],
      zip: ['zip'],
    });
    expect(harbour.why('clinic.study.limited.city')).toBe(
      'its name suggests an identifier that has no form of its own',
    );
  });

  test('has no identifier without rows', async () => {
    const { columns } = await looked(tableOf('nobody'));
    expect(columns.map(({ rows, identifying }) => [rows, identifying])).toEqual(Array(3).fill([0, false]));
  });

  test('is open where bytes, or the rest of long values, are not looked into', async () => {
    const { why, columns } = await looked(tableOf('scanned'));
    expect(columns.map(({ identifying }) => identifying)).toEqual(Array(4).fill(undefined));
    for (const name of ['scan', 'drawn', 'drawn_all'])
      expect(why(`clinic.study.scanned.${name}`)).toBe('its bytes are not looked into');
    expect(why('clinic.study.scanned.note')).toMatch(/^of 1 of its values only the beginning/);
  });

  test('is read with its parts, but for what a child has alone', async () => {
    const { columns, why } = await looked(tableOf('parent'), tableOf('above'));
    expect(columns).toMatchObject([
      { column: 'clinic.study.parent.note', identifying: true },
      { column: 'clinic.study.above.mail' },
      { column: 'clinic.study.above.note', rows: 1, identifying: false },
    ]);
    expect(columns[1]).not.toHaveProperty('identifying');
    expect(why('clinic.study.above.mail')).toMatch(/^it is a column of an inherited child alone/);
  });

  test('is read whatever blanks and dashes stand in it, and moments of a clock are no fractions', async () => {
    await setUp(
      server,
      `create table study.typeset (phone text, born text, ssn text, call text, epoch float8, note text, kanji text);
       insert into study.typeset values (U&'212\\2011555\\20112368', U&'1950\\201305\\201317', U&'078\\221205\\22121120',
         U&'(212)\\00A0555\\20102368', 1700000000.5, U&'felt well \\2013 caf\\00E9',
           U&'2020\\5E745\\670817\\65E5')`,
      'clinic',
    );
    const { columns } = await looked(tableOf('typeset'));
    expect(foundIn(columns)).toEqual({
      ...{
        phone: ['phone'],
        born: ['date'],
        ssn: ['ssn'],
        call: ['phone'],
        epoch: [],
        note: [],
        kanji: ['date'],
      },
    });
    expect(columns.filter(({ identifying }) => identifying === false).map(({ column }) => column)).toEqual([
      'clinic.study.typeset.note',
    ]);
  });

  test('is read directly by a role that may, whatever its values are made of', async () => {
    await setUp(
      server,
      `create table study.odd (note text);
       insert into study.odd select repeat(sign, 4096 / length(sign))
         from unnest(array['4', ' ', '-', 'a.', '4 ', '4.', 'a:', '::', '1/', '2020-', 'jan 1 ', 'a@', '(2']) sign, generate_series(1, 10);
       create role statistician login;
       grant usage on schema study to statistician;
       grant select on study.odd to statistician`,
      'clinic',
    );
    const data = storeOf({ deidentified: [tableOf('odd')] });
    const record = await lookAtData(clinicTarget(server, data, 'statistician'), ['data.deidentified']);
    expect(seen(record, 'data.deidentified').value).toMatchObject([{ rows: 130, values: 130 }]);
  });

  test('is not read where code of others could run, it is none, or there is no function for it', async () => {
    const { columns, why } = await looked(tableOf('moods'), tableOf('parsed'), tableOf('seen'));
    expect(columns).toEqual([]);
    for (const table of ['moods', 'parsed'])
      expect(why(`clinic.study.${table}`)).toMatch(/^a column is of type json, or of a type that is not of/);
    expect(await server.log()).not.toContain('canary@example.org');
    expect(why('clinic.study.seen')).toMatch(/^it is of a view/);
    await setUp(server, 'drop schema assay_audit cascade', 'clinic');
    const data = storeOf({ deidentified: [tableOf('tidy'), tableOf('gone')] });
    const { completeness } = seen(
      await lookAtData(clinicTarget(server, data), ['data.deidentified']),
      'data.deidentified',
    );
    expect(completeness[0]?.missing).toEqual([
      {
        what: 'clinic.study.tidy',
        why: 'no function for it as declared now: run what assay grants postgres --sampling prints',
      },
      { what: 'clinic.study.gone', why: 'there is no such table' },
    ]);
    await expect(grantSampling(server, data)).rejects.toThrow('no table "study"."gone"');
  });
});

test('forms are read alike by JavaScript and PostgreSQL', async () => {
  const values = [
    ...['2020-05-17T00:00:00', 'May 17, 2020', '5/17/20', '2020-01-01', '90+', '91.5', '021xx', '02138-1234'],
    ...['Boston, MA 02138', '(212) 555-2368', '+49 30 901820', '078-05-1120', 'ä@büro', 'a@b.org'],
    ...['https://x.example', 'from 10.2.3.4:443', '2001:db8::1', '08:00:2b:01:02:03', '0.123456789012'],
    ...['550e8400-e29b-41d4-a716-446655440000', '2.16.840.1.113883', 'felt well', '20200517', 'on 3 March'],
  ];
  const pairs = identifierForms.flatMap(({ form, pattern }) =>
    values.map((value) => ({ form, pattern, value })),
  );
  const rows = (await askAs(
    server,
    'postgres',
    `select p->>'form' as form, p->>'value' as value, (p->>'value') ~ (p->>'pattern') as matches
     from jsonb_array_elements('${JSON.stringify(pairs).replaceAll("'", "''")}'::jsonb) p`,
  )) as readonly { readonly form: string; readonly value: string; readonly matches: boolean }[];
  expect(rows).toEqual(
    pairs.map(({ form, pattern, value }) => ({ form, value, matches: new RegExp(pattern).test(value) })),
  );
});
