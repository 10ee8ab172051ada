import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Records } from '../../src/data/facts/records.ts';
import type { Requests } from '../../src/data/facts/requests.ts';
import type { PostgresServer } from '../../src/demo/postgres-server.ts';
import {
  type CollectedRecord,
  type DataStore,
  type DeclaredField,
  type DeclaredRequests,
  type RecordKind,
  recordFields,
} from '../../src/model/index.ts';
import { grantsSql } from '../../src/postgres/grants.ts';
import { askAs, clinicTarget, grantSampling, lookAtData, storeOf } from '../postgres/clinic.ts';
import { allText, running, seen, setUp, stopAll } from '../postgres/looking.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await running({
    password: 'superuser-password',
    hba: ['local all all trust', 'host all all 127.0.0.1/32 trust'],
  });
  await setUp(server, grantsSql({ role: 'assay', platform: 'self-managed' }));
  await setUp(server, 'create database clinic');
});
afterAll(stopAll);

const inClinic = (sql: string): Promise<void> => setUp(server, sql, 'clinic');

const fieldsOf = (kind: RecordKind, table: string, columns: Readonly<Record<string, string>> = {}) =>
  recordFields[kind].map(
    (field): DeclaredField => ({
      ...{ kind, field, database: 'clinic', schema: 'public', table },
      column: columns[field] ?? field,
    }),
  );

async function look(data: DataStore, fact: string, user = 'assay'): Promise<CollectedRecord> {
  return lookAtData(clinicTarget(server, data, user), [fact]);
}

const whysOf = (record: CollectedRecord, fact: string): readonly string[] =>
  seen(record, fact).completeness.flatMap(({ missing }) => missing.map(({ why }) => why));

describe('records of a kind', () => {
  test('are counted field by field, and what says nothing is blank in every type', async () => {
    await inClinic(`
      create table told (person int, date timestamptz, recipient text, description text[], purpose jsonb);
      insert into told values
        (1, now(), 'canary recipient', '{a}', '"research"'),
        (null, null, null, null, null),
        (2, 'infinity', E' \\t\\r\\n', '{}', '{}'),
        (3, now(), '-', '{""}', 'null'),
        (4, now(), 'v', '{b}', '[]');
      create table kept (person int, "given at" date, wording char(9), means bytea);
      insert into kept values (1, '2026-01-01', '', ''), (2, '-infinity', 'v2', '\\x00')`);
    const records = [
      ...fieldsOf('disclosures', 'told'),
      ...fieldsOf('consents', 'kept', { time: 'given at' }),
    ];
    const data = storeOf({ records });
    await grantSampling(server, data);
    const record = await look(data, 'data.records');
    const value = seen(record, 'data.records').value as unknown as Records;
    expect(value.map(({ column, field, rows, blank }) => [column, field, rows, blank])).toEqual([
      ['clinic.public.told.person', 'person', 5, 1],
      ['clinic.public.told.date', 'date', 5, 2],
      ['clinic.public.told.recipient', 'recipient', 5, 2],
      ['clinic.public.told.description', 'description', 5, 3],
      ['clinic.public.told.purpose', 'purpose', 5, 4],
      ['clinic.public.kept.person', 'person', 2, 0],
      ['clinic.public.kept."given at"', 'time', 2, 1],
      ['clinic.public.kept.wording', 'wording', 2, 1],
      ['clinic.public.kept.means', 'means', 2, 1],
    ]);
    expect(whysOf(record, 'data.records')).toEqual([]);
    expect(allText(record)).not.toContain('canary recipient');
    await expect(askAs(server, 'assay', 'select person from told')).rejects.toMatchObject({ code: '42501' });
  });

  test.each([
    ['text[]', "'{NULL}', '{\"\"}', '{\" \",NULL}', '{{NULL}}'", "'{\"NULL\"}', '{x}'"],
    [
      'jsonb',
      `'{"a": null}', '[null]', '[""]', '{"a\\"b": {"c": " \\n"}}', '" "'`,
      `'0', 'false', '{"a": "b"}', '"null"'`,
    ],
    ['json', "'{ }', ' [ ] ', '\n null'", `'{ "a" : 1 }'`],
    ['daterange', "'empty', '(,)', '[-infinity,infinity]'", "'[2026-01-01,)'"],
    ['text', "U&'\\00A0', U&'\\3000\\200B', E'\\x0b'", "'é', '-', 'à', 'nullify', '(x)', '\"x\"'"],
    ['float8', "'NaN', 'infinity', '-infinity'", '0'],
    ['timestamptz', "'infinity'", "'0044-03-15 BC'"],
    ['text collate loose', "'', ' '", "'.', 'x'"],
  ])('of %s: %s say nothing, %s do', async (type, blank, told) => {
    const listed = (values: string) =>
      values
        .split(', ')
        .map((each) => `(${each})`)
        .join(', ');
    await inClinic(`drop table if exists typed; create collation if not exists loose
      (provider = icu, locale = 'und-u-ka-shifted', deterministic = false);
      create table typed (id serial, person ${type}, time date, wording text, means text);
      insert into typed (person) values ${listed(blank)}; insert into typed (person) values ${listed(told)}`);
    const data = storeOf({ records: fieldsOf('consents', 'typed').slice(0, 1) });
    await grantSampling(server, data);
    const { value } = seen(await look(data, 'data.records'), 'data.records');
    const count = (values: string) => values.split(', ').length;
    expect(value).toMatchObject([{ rows: count(blank) + count(told), blank: count(blank) }]);
  });

  test('prove nothing where there are none, and where they could not be counted', async () => {
    await inClinic('create table none (person int, time date, wording text, means int)');
    const data = storeOf({ records: fieldsOf('consents', 'none', { means: 'gone' }) });
    await expect(grantSampling(server, data)).rejects.toThrow(/no column/);
    await grantSampling(server, storeOf({ records: fieldsOf('consents', 'none') }));
    const record = await look(data, 'data.records');
    const value = seen(record, 'data.records').value as unknown as Records;
    expect(value.map(({ rows }) => rows)).toEqual([0, 0, 0, undefined]);
    expect(value.every(({ blank }) => blank === undefined)).toBe(true);
    expect(whysOf(record, 'data.records')).toEqual([
      ...Array(3).fill('its table has no rows, and so nothing is proved'),
      'there is no such column',
    ]);
  });
});

const requestsOf = (
  kind: DeclaredRequests['kind'],
  table: string,
  others: Partial<DeclaredRequests> = {},
): DeclaredRequests => ({
  ...{ kind, database: 'clinic', schema: 'public', table, received: 'received', answered: 'answered' },
  timeZone: 'UTC',
  ...others,
});

/** Counts over rows of received, answered and told, as SQL. */
async function judged(
  kind: DeclaredRequests['kind'],
  rows: readonly string[],
  type = 'date',
  timeZone = 'UTC',
): Promise<Requests[DeclaredRequests['kind']]> {
  await inClinic(
    `drop table if exists asked; create table asked (received ${type}, answered ${type}, told ${type});
     set timezone = 'Asia/Tokyo'; insert into asked values ${rows.map((row) => `(${row})`).join(', ')}`,
  );
  const data = storeOf({ requests: [requestsOf(kind, 'asked', { extended: 'told', timeZone })] });
  await grantSampling(server, data);
  const { value } = seen(await look(data, 'data.requests'), 'data.requests');
  return (value as unknown as Requests)[kind];
}

const inTime = { misdated: 0, unsettled: 0, late: 0, overdue: 0 };
const today = "(now() at time zone 'UTC')::date";

describe('a request', () => {
  test.each<[DeclaredRequests['kind'], string, object, string]>([
    ['gdpr', "'2026-01-07', '2026-02-09', null", {}, 'the 7th is a Saturday'],
    ['gdpr', "'2026-01-31', '2026-02-28', null", {}, 'no 31st'],
    ['gdpr', "'2026-03-05', '2026-04-14', null", { late: 1 }, 'past every holiday'],
    ['gdpr', "'2026-03-05', '2026-07-01', '2026-04-20'", { late: 1 }, 'told too late'],
    ['gdpr', "'2026-03-05', '2026-06-05', '2026-04-05'", {}, 'told in time'],
    ['gdpr', "'2026-03-05', '2026-06-16', '2026-04-05'", { late: 1 }, 'longer than two months more'],
    ['hipaa-access', "'2026-01-01', '2026-01-31', null", {}, '30 days'],
    ['hipaa-access', "'2026-01-01', '2026-02-01', null", { late: 1 }, '31 days'],
    ['hipaa-access', "'2026-01-01', '2026-03-02', '2026-01-31'", {}, '60 days'],
    ['hipaa-access', "'2026-01-01', '2026-03-03', '2026-01-31'", { late: 1 }, '61 days'],
    ['hipaa-amendment', "'2026-01-01', '2026-03-02', null", {}, '60 days'],
    ['hipaa-amendment', "'2026-01-01', '2026-03-03', null", { late: 1 }, '61 days'],
    ['hipaa-accounting', "'2026-01-01', '2026-04-01', '2026-03-02'", {}, '90 days'],
    ['hipaa-accounting', "'2026-01-01', '2026-04-02', '2026-03-02'", { late: 1 }, '91 days'],
    ['hipaa-access', `${today} - 29, null, null`, { open: 1 }, 'open, within 30 days'],
    ['hipaa-access', `${today} - 32, null, null`, { open: 1, overdue: 1 }, 'open, past 30 days'],
    ['hipaa-access', `${today} - 31, null, ${today} - 2`, { open: 1 }, 'open and extended'],
  ])('of %s, received, answered and extended %s: %j (%s)', async (kind, row, expected) => {
    expect(await judged(kind, [row])).toEqual({
      ...{ table: 'clinic.public.asked', rows: 1, open: 0 },
      ...inTime,
      ...expected,
    });
  });

  test.each([
    ["'2026-03-05', '2026-04-07', null", 'unsettled'],
    ["'2026-03-05', '2026-04-13', null", 'unsettled'],
    ["'2026-03-05', '2026-06-05', '2026-04-07'", 'unsettled'],
    ["null, '2026-04-07', null", 'misdated'],
    ["'2026-03-05', '2026-03-04', null", 'misdated'],
    ["'2026-03-05', 'infinity', null", 'misdated'],
    ["'-infinity', null, null", 'misdated'],
    ["'5874897-12-31', null, null", 'misdated'],
    ["'2026-03-05', null, '2026-03-04'", 'misdated'],
  ])('with the dates %s is %s, and leaves it open whether all are in time', async (row, counted) => {
    const good = "'2026-01-01', '2026-01-02', null";
    const item = await judged('gdpr', [good, row]);
    expect(item).toMatchObject({ rows: 2, [counted]: 1 });
    expect(item).not.toHaveProperty('late');
    const bad = "'2026-01-01', '2026-05-02', null";
    expect(await judged('gdpr', [good, row, bad])).toMatchObject({ rows: 3, [counted]: 1, late: 1 });
  });

  test('has the days of the declared zone where its columns have one, and else those that are written', async () => {
    const row = "'2026-01-01 00:30+09', '2026-01-31 00:30+00', null";
    expect(await judged('hipaa-access', [row], 'timestamptz')).toMatchObject({ late: 1 });
    expect(await judged('hipaa-access', [row], 'timestamptz', 'Asia/Tokyo')).toMatchObject({ late: 0 });
    expect(await judged('hipaa-access', [row], 'timestamp')).toMatchObject({ late: 0 });
    expect(await judged('hipaa-access', [row], 'timestamptz', 'Asia/Tokio')).not.toHaveProperty('rows');
  });
});

test('a table of requests that is empty, or has no dates, proves nothing', async () => {
  await inClinic('create table wished (received date, answered date, told text)');
  const both = storeOf({
    requests: [requestsOf('gdpr', 'wished'), requestsOf('hipaa-access', 'wished', { extended: 'told' })],
  });
  await grantSampling(server, both);
  const record = await look(both, 'data.requests');
  expect(seen(record, 'data.requests').value).toEqual({
    gdpr: { table: 'clinic.public.wished', rows: 0, open: 0, misdated: 0, unsettled: 0 },
    'hipaa-access': { table: 'clinic.public.wished' },
  });
  expect(whysOf(record, 'data.requests')).toEqual([
    ...Array(2).fill('its table has no rows, and so nothing is proved'),
    ...Array(2).fill(expect.stringMatching(/^it is no date/)),
  ]);
});

test('a role that may read every column counts directly', async () => {
  await inClinic(`create role registrar login;
    create table filed (received date, answered date); insert into filed values ('2026-01-01', '2026-01-02');
    grant select (received) on filed to registrar`);
  const data = storeOf({ requests: [requestsOf('gdpr', 'filed')] });
  expect(whysOf(await look(data, 'data.requests', 'registrar'), 'data.requests')[0]).toMatch(/^no function/);
  await inClinic('grant select (answered) on filed to registrar');
  const { value } = seen(await look(data, 'data.requests', 'registrar'), 'data.requests');
  expect(value).toMatchObject({ gdpr: { rows: 1, late: 0, overdue: 0 } });
});
