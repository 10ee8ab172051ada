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
  await setUp(server, parts, 'clinic');
});
afterAll(stopAll);

const inClinic = (sql: string): Promise<void> => setUp(server, sql, 'clinic');

const parts = `create table one_key (id int primary key);
create table par (a int unique references one_key check (a > 0) no inherit); create table par_child () inherits (par);
create table heir (a int not null unique references one_key check (a > 0));
create table heir_child (unique (a), foreign key (a) references one_key) inherits (heir);
${knows('constraints that are not enforced') ? 'create table lone (a int not null no inherit); create table lone_child () inherits (lone)' : 'create table lone (a int); create table lone_child () inherits (lone); alter table only lone alter a set not null'};
create table parted (a int references one_key) partition by list (a); create table parted_1 partition of parted default;
alter table parted_1 disable trigger all;
create table whole (a int primary key references one_key) partition by list (a); create table whole_1 partition of whole default;
create table keys (id int primary key) partition by list (id);
create table keys_1 partition of keys for values in (1); create table keys_2 partition of keys default;
create table loose (a int references keys); alter table keys_1 disable trigger all;
create table two_keys (x int, y int, primary key (x, y));
create table two (a int, b int, foreign key (a, b) references two_keys);
create table two_filled (a int not null, b int not null, foreign key (a, b) references two_keys);
create table matched (a int, b int, foreign key (a, b) references two_keys match full)`;

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

test.each([
  ['unique, CHECK and foreign keys of a parent alone', 'par', []],
  ['the same of a parent and its child', 'heir', ['not-null', 'references', 'checked']],
  ['NOT NULL of a parent alone', 'lone', []],
  ['triggers that are disabled on one partition', 'parted', []],
  ['triggers that fire on every partition', 'whole', ['not-null', 'unique', 'references']],
  ['a reference to a partition whose triggers are disabled', 'loose', []],
  ['a key of two columns of which the other may be NULL', 'two', []],
  ['a key of two columns of which none may be NULL', 'two_filled', ['not-null', 'references']],
  ['a key of two columns, MATCH FULL', 'matched', ['references']],
])('in every part of a table: %s', async (_, table, expected) => {
  expect(await heldBy(table, 'a')).toEqual(expected);
});

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
