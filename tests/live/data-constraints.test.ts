import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Constraints } from '../../src/data/facts/constraints.ts';
import type { PostgresServer } from '../../src/demo/postgres-server.ts';
import { constraintKinds, type DeclaredConstraints } from '../../src/model/index.ts';
import { grantsSql } from '../../src/postgres/grants.ts';
import { clinicTarget, lookAtData, storeOf } from '../postgres/clinic.ts';
import { running, seen, setUp, stopAll } from '../postgres/looking.ts';
import { knows } from '../postgres/major.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await running({ password: 'superuser-password', hba: ['local all all trust'] });
  await setUp(server, grantsSql({ role: 'assay', platform: 'self-managed' }));
  await setUp(server, 'create database clinic');
});
afterAll(stopAll);

const inClinic = (sql: string): Promise<void> => setUp(server, sql, 'clinic');

const columnOf = (table: string, column: string, database = 'clinic'): DeclaredConstraints => ({
  ...{ database, schema: 'public', table, column },
  must: constraintKinds,
});

async function look(...constraints: readonly DeclaredConstraints[]) {
  const record = await lookAtData(clinicTarget(server, storeOf({ constraints })), ['data.constraints']);
  const { value, completeness } = seen(record, 'data.constraints');
  return { items: value as unknown as Constraints, missing: completeness[0]?.missing ?? [] };
}

async function heldBy(table: string, column: string): Promise<readonly string[]> {
  const { items } = await look(columnOf(table, column));
  expect(items.every(({ held }) => held !== undefined)).toBe(true);
  return items.filter(({ held }) => held).map(({ must }) => must);
}

const everywhere = [
  ['a int', []],
  ['a int primary key', ['not-null', 'unique']],
  ['a int not null', ['not-null']],
  ['a int unique', ['unique']],
  ['a int, b int, unique (a, b)', []],
  ['a int; create unique index on t (a) where a > 1', []],
  ['a int; create unique index on t ((a + 1))', []],
  ['a int; create unique index on t (a) include (b)', ['unique']],
  ['a int references held_by', ['references']],
  ['a int; alter table t add foreign key (a) references held_by not valid', []],
  ['a int references held_by; alter table t disable trigger all', []],
  ['a int check (a > 0)', ['checked']],
  ['a int, check (b > 0)', []],
  ['a int; alter table t add check (a > 0) not valid', []],
  ['a mood', ['checked']],
  ['a positive', ['checked']],
  ['a more_positive', ['checked']],
  ['a any_number', []],
] as const;

const unenforced = [
  ['a int references held_by not enforced', []],
  ['a int check (a > 0) not enforced', []],
  ['a int; alter table t add constraint n not null a not valid', []],
  [
    'a int; alter table t add constraint n not null a not valid; alter table t validate constraint n',
    ['not-null'],
  ],
] as const;

test.each([...everywhere, ...(knows('constraints that are not enforced') ? unenforced : [])])(
  'a column of a table of %s has %j',
  async (columns, expected) => {
    await inClinic(`drop table if exists t; drop table if exists held_by; drop type if exists mood;
    drop domain if exists more_positive, positive, any_number;
    create table held_by (id int primary key); create type mood as enum ('glad');
    create domain positive as int check (value > 0); create domain more_positive as positive;
    create domain any_number as int not null;
    create table t (${columns.includes(';') ? columns.replace(';', ', b int);') : `${columns}${columns.includes('b int') ? '' : ', b int'})`}`);
    expect(await heldBy('t', 'a')).toEqual(expected);
  },
);

test('what is not there, is a view or has no catalogue that says so is not held', async () => {
  await inClinic('create table base (a int not null); create view seen as select a from base');
  expect(await heldBy('seen', 'a')).toEqual([]);
  expect(await heldBy('base', 'gone')).toEqual([]);
  await setUp(server, 'create database closed');
  await setUp(server, 'revoke connect on database closed from public, assay');
  const { items, missing } = await look(columnOf('base', 'a', 'closed'), columnOf('base', 'a'));
  expect(items.slice(0, 4).every(({ held }) => held === undefined)).toBe(true);
  expect(items[4]).toEqual({ column: 'clinic.public.base.a', must: 'not-null', held: true });
  expect(missing.map(({ what }) => what)).toEqual(['database closed']);
});
