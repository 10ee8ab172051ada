import { Client } from 'pg';
import { collectSubject } from '../../src/collectors/collect-subject.ts';
import { dataStoreCollector } from '../../src/collectors/postgres/data-store.ts';
import { dataFacts } from '../../src/data/facts/index.ts';
import type { PostgresServer } from '../../src/demo/postgres-server.ts';
import {
  type CollectedRecord,
  type DataClass,
  type DataStore,
  type DeclaredColumn,
  type DeclaredRetention,
  type Protection,
  sideOf,
  type Target,
} from '../../src/model/index.ts';
import { grantsSql } from '../../src/postgres/grants.ts';
import { samplingGrantsSql } from '../../src/postgres/sampling-grants.ts';
import { fileWith, running, setUp, targetAt } from './looking.ts';

/** Numbers that brands publish for tests. */
const testCards = [
  '4111111111111111',
  '4012888888881881',
  '5555555555554444',
  '2223003122003222',
  '378282246310005',
  '371449635398431',
  '6011111111111117',
  '3530111333300000',
  '30569309025904',
  '6200000000000005',
];

/** What must appear nowhere, and is too long to stand somewhere by chance: values, and the comment on a column. */
export const planted = [
  ...testCards,
  '078-05-1120',
  '219-09-9999',
  'canary.patient@example.org',
  'canary diagnosis text',
  'canary comment words',
];

const cards = `(array[${testCards.map((card) => `'${card}'`).join(', ')}])`;

/** The tables of a clinic, with what should not be there and what looks like it. */
const tables = `create extension pgcrypto;
create schema shop;
create table shop.payments (
  card_number text, pan_enc bytea, card_token text, armoured text, masked text, masked_wide text, cvv text, note text);
insert into shop.payments
  select ${cards}[1 + g % 10], pgp_sym_encrypt(${cards}[1 + g % 10], 'k'), encode(hmac(g::text, 'k', 'sha256'), 'hex'),
    armor(pgp_sym_encrypt(${cards}[1 + g % 10], 'k')), '411111******1111', '411111111***1111', '9347',
    'paid with 4111 1111 1111 1111 12/27'
  from generate_series(1, 3000) g;
create table shop.orders (order_no text, tracking numeric, uuid uuid, packed text, binary_card bytea);
insert into shop.orders
  select '7700' || lpad((g * 7919)::text, 12, '0'), 9000000000000000 + g * 104729, gen_random_uuid(),
    encode(convert_to(${cards}[1 + g % 10], 'UTF8'), 'base64'), convert_to(${cards}[1 + g % 10], 'UTF8')
  from generate_series(1, 3000) g;
create table patients (ssn text, email text, diagnosis text, born date, "odd.""name'; drop table x" text, x1 text);
comment on column patients.x1 is 'canary comment words: the patient''s date of birth';
insert into patients
  select case when g % 2 = 0 then '078-05-1120' else '219-09-9999' end, 'canary.patient@example.org',
    'canary diagnosis text', '1970-01-01', '078-05-1120', null
  from generate_series(1, 200) g;
create table empty_ones (card_number text, cvv2 text, track_data text, pin_block bytea);
create table holes (card_number text);
insert into holes select null from generate_series(1, 50);
create table long_ones (card_number text);
insert into long_ones select repeat('x', 100000) from generate_series(1, 20);
create table swiped (track_2 text, pin text, pin_code char(8));
insert into swiped select ';4111111111111111=27121011234567890?', '9347', '9347' from generate_series(1, 20);
create table parts (card_number text, day date) partition by range (day);
create table parts_1 partition of parts for values from ('2020-01-01') to ('2021-01-01');
create table parts_2 partition of parts for values from ('2021-01-01') to ('2022-01-01');
insert into parts select '4111111111111111', '2020-06-01' from generate_series(1, 10);
insert into parts select '4111111111111111', '2021-06-01' from generate_series(1, 10);
create table guarded (card_number text);
insert into guarded values ('4111111111111111');
alter table guarded enable row level security;
create table big (card_number text, ciphertext bytea);
insert into big select '4111111111111111', pgp_sym_encrypt('078-05-1120', 'k', 's2k-mode=0') from generate_series(1, 20000) g;
create view cards as select card_number from shop.payments;
create table visits (created_at timestamptz, day date, nothing timestamptz);
insert into visits select now() - make_interval(days => g), current_date - g, null from generate_series(0, 400) g;
analyze;`;

export async function startClinic(binaries?: string): Promise<PostgresServer> {
  const server = await running({
    password: 'superuser-password',
    hba: ['local all all trust', 'host all all 127.0.0.1/32 trust'],
    ...(binaries === undefined ? {} : { binaries }),
  });
  await setUp(server, grantsSql({ role: 'assay', platform: 'self-managed' }));
  await setUp(server, 'create database clinic');
  await setUp(server, tables, 'clinic');
  return server;
}

export const columnOf = (
  path: readonly [string, string, string],
  dataClass: DataClass,
  protection?: Protection,
): DeclaredColumn => {
  const [schema, table, column] = path;
  return {
    ...{ database: 'clinic', schema, table, column, class: dataClass },
    ...(protection === undefined ? {} : { protection }),
  };
};

export const retentionOf = (
  path: readonly [string, string, string],
  maximumAgeDays: number,
): DeclaredRetention => {
  const [schema, table, column] = path;
  return { database: 'clinic', schema, table, column, maximumAgeDays };
};

export const storeOf = (given: Partial<DataStore>): DataStore => ({
  columns: [],
  retention: [],
  deidentified: [],
  sample: { seed: 1 },
  removableMedia: false,
  ...given,
});

/** Does what psql does with the script: its parts, each in its database. */
export async function grantSampling(server: PostgresServer, data: DataStore, role = 'assay'): Promise<void> {
  const parts = samplingGrantsSql(role, data).split(/^\\connect -reuse-previous=on "dbname='(.*)'"$/m);
  for (let index = 1; index < parts.length; index += 2)
    await setUp(server, parts[index + 1] ?? '', parts[index]);
}

export const clinicTarget = (server: PostgresServer, data: DataStore, user = 'assay'): Target => ({
  ...targetAt(
    { host: server.socketFolder, port: server.port },
    { user, password: { kind: 'file', path: fileWith('superuser-password') } },
  ),
  data,
});

export function lookAtData(
  target: Target,
  facts: readonly string[] = dataFacts.map(({ name }) => name),
  timeoutMs = 20_000,
): Promise<CollectedRecord> {
  const { addresses: _, ...system } = target;
  return collectSubject(
    dataStoreCollector,
    {
      target,
      subject: sideOf({ ...system, targetId: target.id }, 'data-store'),
      facts,
      vantage: 'test',
      attempt: 1,
      clock: () => new Date(),
    },
    { timeoutMs, signal: new AbortController().signal, scanName: 'assay/test', env: {} },
  );
}

/** Asks as the role, over the socket. */
export async function askAs(server: PostgresServer, user: string, sql: string): Promise<unknown> {
  const client = new Client({
    host: server.socketFolder,
    port: server.port,
    user,
    database: 'clinic',
    password: 'superuser-password',
  });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
