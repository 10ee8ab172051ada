import fc from 'fast-check';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Ages } from '../../src/data/facts/ages.ts';
import type { Columns } from '../../src/data/facts/columns.ts';
import type { Encryption } from '../../src/data/facts/encryption.ts';
import type { Samples } from '../../src/data/facts/samples.ts';
import type { PostgresServer } from '../../src/demo/postgres-server.ts';
import type { CollectedRecord, Completeness, DataClass, DataStore } from '../../src/model/index.ts';
import { samplingGrantsSql } from '../../src/postgres/sampling-grants.ts';
import {
  askAs,
  clinicTarget,
  columnOf,
  grantSampling,
  lookAtData,
  planted,
  retentionOf,
  startClinic,
  storeOf,
} from '../postgres/clinic.ts';
import { allText, seen, setUp, stopAll } from '../postgres/looking.ts';
import { knows, sinceOf } from '../postgres/major.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startClinic();
});
afterAll(stopAll);

type Column = Samples['columns'][number];

interface Looked {
  readonly record: CollectedRecord;
  readonly columns: readonly Column[];
  readonly completeness: readonly Completeness[];
}

async function sampled(data: DataStore, user = 'assay'): Promise<Looked> {
  const record = await lookAtData(clinicTarget(server, data, user), ['data.samples']);
  const { value, completeness } = seen(record, 'data.samples');
  return { record, columns: (value as unknown as Samples).columns, completeness };
}

async function grantedAndSampled(data: DataStore): Promise<Looked> {
  await grantSampling(server, data);
  return sampled(data);
}

const whyOf = ({ completeness }: Looked, index = 0): string | undefined =>
  completeness.find(({ list }) => list.startsWith(`/columns/${index}/`))?.missing[0]?.why;

const countOf = ({ counts = [] }: Column, form: string): number =>
  counts.find((each) => each.form === form)?.values ?? 0;

describe('the verdict on a column', () => {
  test.each([
    [['shop', 'payments', 'card_number'], 'pan', undefined, 'clear', 'clear', true],
    [['shop', 'payments', 'pan_enc'], 'pan', 'encrypted', 'encrypted', 'encrypted', false],
    [['shop', 'payments', 'armoured'], 'pan', 'encrypted', 'encrypted', 'encrypted', false],
    [['shop', 'payments', 'card_token'], 'pan', 'tokenised', 'hashed', 'hashed', false],
    [['shop', 'payments', 'card_token'], 'pan', 'encrypted', 'hashed', undefined, false],
    [['shop', 'payments', 'masked'], 'pan', 'truncated', 'truncated', 'truncated', false],
    [['shop', 'payments', 'note'], 'phi', undefined, 'clear', 'clear', true],
    [['shop', 'orders', 'order_no'], 'pan', undefined, 'unknown', undefined, undefined],
    [['shop', 'orders', 'tracking'], 'pan', undefined, 'unknown', undefined, undefined],
    [['shop', 'orders', 'uuid'], 'pan', 'tokenised', 'token', 'token', false],
    [['shop', 'orders', 'packed'], 'pan', undefined, 'clear', 'clear', true],
    [['shop', 'orders', 'binary_card'], 'pan', undefined, 'clear', 'clear', true],
    [['public', 'patients', 'ssn'], 'ssn', undefined, 'clear', 'clear', false],
    [['public', 'patients', 'email'], 'email', undefined, 'clear', 'clear', false],
    [['public', 'patients', 'diagnosis'], 'phi', undefined, 'clear', 'clear', false],
    [['public', 'patients', 'born'], 'birth-date', undefined, 'clear', 'clear', false],
    [['public', 'patients', `odd."name'; drop table x`], 'ssn', undefined, 'clear', 'clear', false],
    [['public', 'empty_ones', 'card_number'], 'pan', undefined, 'empty', 'empty', false],
    [['public', 'holes', 'card_number'], 'pan', undefined, 'empty', 'empty', false],
    [['public', 'long_ones', 'card_number'], 'pan', undefined, 'unknown', undefined, undefined],
    [['public', 'parts', 'card_number'], 'pan', undefined, 'clear', 'clear', true],
  ] as const)('%j, declared %s %s, is %s', async (path, dataClass, protection, verdict, state, cards) => {
    const looked = await grantedAndSampled(
      storeOf({ columns: [columnOf([...path], dataClass, protection)] }),
    );
    const [column] = looked.columns;
    expect(column).toMatchObject({ method: 'whole', verdict });
    expect(column?.state).toBe(state);
    expect(column?.cardNumbers).toBe(cards);
  });

  test('counts decoys of sixteen digits, a tenth of which pass Luhn’s test and none of which is of a brand', async () => {
    const { columns } = await grantedAndSampled(
      storeOf({ columns: [columnOf(['shop', 'orders', 'order_no'], 'pan')] }),
    );
    expect(['digits', 'luhn', 'card-numbers'].map((form) => countOf(columns[0] as Column, form))).toEqual([
      3000, 300, 0,
    ]);
  });

  test('sees card data that may not be stored at all', async () => {
    const { columns } = await grantedAndSampled(
      storeOf({
        columns: [
          columnOf(['public', 'swiped', 'track_2'], 'track'),
          columnOf(['public', 'swiped', 'pin_code'], 'pin'),
          columnOf(['shop', 'payments', 'cvv'], 'cvv'),
          columnOf(['shop', 'payments', 'masked_wide'], 'pan', 'truncated'),
        ],
      }),
    );
    expect(columns).toMatchObject([
      { trackData: true },
      { pins: true },
      { verificationCodes: true },
      { truncation: 'beyond' },
      { column: 'clinic.public.big.card_number', classes: ['pan'] },
      ...Array.from({ length: columns.length - 5 }, () => ({ classes: [expect.any(String)] })),
    ]);
    expect(columns.slice(4).every(({ rows }) => rows === undefined)).toBe(true);
  });
});

test('a column of a database that had no free connection is tried once more', async () => {
  const data = storeOf({ columns: [columnOf(['shop', 'payments', 'card_number'], 'pan')] });
  await grantSampling(server, data);
  await setUp(server, 'alter database clinic connection limit 0');
  const refusals = async () => (await server.log()).split('too many connections for database').length;
  const before = await refusals();
  const looking = sampled(data);
  try {
    // The visit of every database is refused before the column is.
    await expect.poll(refusals, { timeout: 8_000, interval: 20 }).toBe(before + 2);
  } finally {
    await setUp(server, 'alter database clinic connection limit -1');
  }
  expect((await looking).columns).toMatchObject([{ method: 'whole', cardNumbers: true }]);
});

test('whatever a value is made of, it is counted', async () => {
  const made = fc.string({
    unit: fc.constantFrom(
      'A',
      '=',
      '+',
      '/',
      '\\',
      'x',
      '0',
      'f',
      '9',
      '-',
      '.',
      ' ',
      '\n',
      '*',
      'ß',
      '@',
      '^',
      '4111111111111111',
    ),
    maxLength: 80,
  });
  const values = fc.sample(made, { numRuns: 2_000, seed: 7 });
  const client = new Client({ ...server.superuser, database: 'clinic', ssl: false });
  await client.connect();
  try {
    await client.query('create table anything (t text, b bytea)');
    await client.query("insert into anything select v, convert_to(v, 'UTF8') from unnest($1::text[]) v", [
      values,
    ]);
  } finally {
    await client.end();
  }
  const columns = ['t', 'b'].map((name) => columnOf(['public', 'anything', name], 'phi'));
  const looked = await grantedAndSampled(storeOf({ columns }));
  expect(looked.columns.slice(0, 2)).toMatchObject([{ values: 2_000 }, { values: 2_000 }]);
});

describe('a sample', () => {
  const columns = [
    columnOf(['public', 'big', 'card_number'], 'pan'),
    columnOf(['public', 'big', 'ciphertext'], 'phi'),
  ];

  test('says how many of how many rows, how they were chosen and by which seed, and proves no absence', async () => {
    const data = storeOf({ columns, sample: { rows: 500, seed: 7 } });
    const looked = await grantedAndSampled(data);
    const [card, hidden] = looked.columns;
    expect(card).toMatchObject({
      method: 'bernoulli',
      seed: 7,
      estimatedRows: 20_000,
      state: 'clear',
      cardNumbers: true,
    });
    expect(card?.rows).toBeGreaterThan(300);
    expect(card?.rows).toBeLessThan(700);
    expect(hidden).toMatchObject({ verdict: 'encrypted', rows: card?.rows });
    expect(hidden).not.toHaveProperty('state');
    expect(hidden).not.toHaveProperty('cardNumbers');
    expect(whyOf(looked, 1)).toBe(
      `${card?.rows} of about 20000 rows were read (TABLESAMPLE BERNOULLI, seed 7), and a sample proves no absence`,
    );
    expect((await sampled(data)).columns).toEqual(looked.columns);
    const another = await grantedAndSampled({ ...data, sample: { rows: 500, seed: 8 } });
    expect(another.columns[0]?.rows).not.toBe(card?.rows);
  });

  test('is the whole of a table that has no more rows than were asked for', async () => {
    const { columns: found } = await grantedAndSampled(
      storeOf({ columns, sample: { rows: 20_000, seed: 7 } }),
    );
    expect(found[1]).toMatchObject({ method: 'whole', rows: 20_000, state: 'encrypted' });
  });
});

describe('the auditor', () => {
  const data = storeOf({ columns: [columnOf(['shop', 'payments', 'card_number'], 'pan')] });

  test('may not read what it has counted', async () => {
    const { columns } = await grantedAndSampled(data);
    expect(columns[0]).toMatchObject({ rows: 3000, cardNumbers: true });
    for (const sql of ['select card_number from shop.payments', 'select count(*) from shop.payments'])
      await expect(askAs(server, 'assay', sql)).rejects.toMatchObject({ code: '42501' });
  });

  test('leaves nothing of what was planted in what it records', async () => {
    const all = storeOf({
      columns: [
        ...data.columns,
        columnOf(['shop', 'payments', 'note'], 'phi'),
        columnOf(['shop', 'orders', 'packed'], 'pan'),
        columnOf(['public', 'patients', 'email'], 'email'),
        columnOf(['public', 'patients', 'ssn'], 'ssn'),
        columnOf(['public', 'patients', 'diagnosis'], 'phi'),
        columnOf(['shop', 'payments', 'cvv'], 'cvv'),
      ],
      retention: [retentionOf(['public', 'visits', 'day'], 30)],
    });
    await grantSampling(server, all);
    const text = allText(await lookAtData(clinicTarget(server, all)));
    expect(planted.filter((each) => text.includes(each))).toEqual([]);
  });

  test('is told to have functions made where there is none, another one, or one of a body that is not ours', async () => {
    await grantSampling(server, storeOf({}));
    await setUp(server, 'drop schema if exists assay_audit cascade', 'clinic');
    const remedy = 'no function for it as declared now: run what assay grants postgres --sampling prints';
    expect(whyOf(await sampled(data))).toBe(remedy);
    await grantSampling(server, { ...data, sample: { rows: 5, seed: 1 } });
    expect(whyOf(await sampled(data))).toBe(remedy);
    await grantSampling(server, data);
    const [{ name }] = (await askAs(
      server,
      'postgres',
      "select p.oid::regprocedure::text as name from pg_proc p join pg_namespace n on n.oid = pronamespace where nspname = 'assay_audit' and proname ~ '^sample_'",
    )) as [{ name: string }];
    expect((await sampled(data)).columns[0]?.rows).toBe(3000);
    await setUp(server, `alter function ${name} set search_path = public`, 'clinic');
    expect(whyOf(await sampled(data))).toBe(remedy);
    await setUp(server, `alter function ${name} set search_path = pg_catalog, pg_temp`, 'clinic');
    expect((await sampled(data)).columns[0]?.rows).toBe(3000);
    await setUp(
      server,
      `update pg_proc set prosrc = prosrc || ' ' where oid = '${name}'::regprocedure`,
      'clinic',
    );
    expect(whyOf(await sampled(data))).toBe(remedy);
    await grantSampling(server, data);
    await setUp(server, `revoke execute on function ${name} from assay`, 'clinic');
    expect(whyOf(await sampled(data))).toBe(remedy);
  });

  test('keeps functions of columns that are not declared any more from nobody’s sight', async () => {
    const count = "select count(*)::int as n from pg_proc p where p.proname ~ '^sample_'";
    await grantSampling(
      server,
      storeOf({ columns: [...data.columns, columnOf(['public', 'patients', 'ssn'], 'ssn')] }),
    );
    expect(await askAs(server, 'postgres', count)).toEqual([{ n: 2 }]);
    await grantSampling(server, data);
    expect(await askAs(server, 'postgres', count)).toEqual([{ n: 1 }]);
  });

  test('reads directly where it may', async () => {
    await grantSampling(server, storeOf({ columns: [columnOf(['public', 'holes', 'card_number'], 'pan')] }));
    await setUp(
      server,
      "create role reader login; grant usage on schema shop to reader; grant select (card_number, pan_enc) on shop.payments to reader; alter role reader set bytea_output = 'escape'",
      'clinic',
    );
    const both = storeOf({
      columns: [...data.columns, columnOf(['shop', 'payments', 'pan_enc'], 'pan', 'encrypted')],
    });
    expect((await sampled(both, 'reader')).columns.slice(0, 2)).toMatchObject([
      { state: 'clear' },
      { state: 'encrypted' },
    ]);
  });

  test('is not shown a part for the whole by row security', async () => {
    const guarded = storeOf({ columns: [columnOf(['public', 'guarded', 'card_number'], 'pan')] });
    expect((await grantedAndSampled(guarded)).columns[0]).toMatchObject({ rows: 1 });
    await setUp(
      server,
      'create role clerk; grant select on guarded to clerk; grant usage on schema assay_audit to clerk',
      'clinic',
    );
    await setUp(
      server,
      "do $$ declare f regprocedure; begin select p.oid into f from pg_proc p where proname ~ '^sample_'; execute 'alter function ' || f || ' owner to clerk'; end $$",
      'clinic',
    );
    expect(whyOf(await sampled(guarded))).toMatch(/^the function is not of the one owner of the table/);
    await grantSampling(server, guarded);
    await setUp(
      server,
      'alter table guarded owner to clerk; alter table guarded force row level security',
      'clinic',
    );
    expect(whyOf(await sampled(guarded))).toMatch(/^the function is not of the one owner of the table/);
    await grantSampling(server, guarded);
    expect(whyOf(await sampled(guarded))).toBe('row security hides rows from the owner of the function');
    await setUp(server, 'alter table guarded no force row level security', 'clinic');
    expect((await sampled(guarded)).columns[0]).toMatchObject({ rows: 1 });
    await setUp(server, 'create role peeper login; grant select on guarded to peeper', 'clinic');
    expect(whyOf(await sampled(guarded, 'peeper'))).toMatch(/^no function for it/);
  });

  test('leaves views, other servers and what is not there alone', async () => {
    await setUp(
      server,
      `create extension if not exists file_fdw; create server files foreign data wrapper file_fdw;
       create foreign table far (card_number text) server files options (filename '/dev/null');
       create table half (card_number text) partition by list (card_number);
       create foreign table half_far partition of half default server files options (filename '/dev/null')`,
      'clinic',
    );
    const looked = await sampled(
      storeOf({
        columns: [
          columnOf(['public', 'cards', 'card_number'], 'pan'),
          columnOf(['public', 'far', 'card_number'], 'pan'),
          columnOf(['public', 'half', 'card_number'], 'pan'),
        ],
      }),
    );
    const elsewhere =
      'it is of a view or lies on another server: declare the column of the table that stores it';
    expect([0, 1, 2].map((index) => whyOf(looked, index))).toEqual([elsewhere, elsewhere, elsewhere]);
    const gone = storeOf({ columns: [columnOf(['public', 'nowhere', 'x'], 'pan')] });
    expect(whyOf(await sampled(gone))).toBe('there is no such column');
    const nowhere = { ...columnOf(['a', 'b', 'c'], 'pan'), database: 'no such "database"' };
    expect(whyOf(await sampled(storeOf({ columns: [nowhere] })))).toMatch(/no such database/);
  });

  test('loses one column to a table that is locked, and no other', async () => {
    const two = storeOf({ columns: [columnOf(['public', 'holes', 'card_number'], 'pan'), ...data.columns] });
    await grantSampling(server, two);
    const locker = new Client({ ...server.superuser, database: 'clinic', ssl: false });
    await locker.connect();
    try {
      await locker.query('begin; lock table holes in access exclusive mode');
      const record = await lookAtData(clinicTarget(server, two), ['data.samples'], 2_000);
      const { value, completeness } = seen(record, 'data.samples');
      expect((value as unknown as Samples).columns.slice(0, 2)).toMatchObject([
        { classes: ['pan'] },
        { rows: 3000 },
      ]);
      expect(completeness[1]).toMatchObject({ list: '/columns/0/state', returned: 0 });
    } finally {
      await locker.end();
    }
  });
});

describe('functions of an owner who may read everything', () => {
  /** `lair` is mallory's, whose code says as whom it runs. */
  const trap = `create schema lair authorization mallory;
    set role mallory;
    create table lair.target (v text, seen_at timestamptz);
    insert into lair.target values ('4111111111111111', now());
    reset role`;
  const sprung = `create function lair.spring() returns void language plpgsql as
    $f$ begin if current_user <> 'mallory' then raise exception 'sprung as %', current_user; end if; end $f$;
    create type lair.evil as (x int);
    create function lair.as_text(lair.evil) returns text language plpgsql as $f$ begin perform lair.spring(); return 'x'; end $f$;
    create function lair.as_time(lair.evil) returns timestamptz language plpgsql as $f$ begin perform lair.spring(); return now(); end $f$;
    create cast (lair.evil as text) with function lair.as_text(lair.evil);
    create cast (lair.evil as timestamptz) with function lair.as_time(lair.evil) as implicit`;
  const data = storeOf({
    columns: [columnOf(['lair', 'target', 'v'], 'pan')],
    retention: [retentionOf(['lair', 'target', 'seen_at'], 30)],
    records: [
      { database: 'clinic', schema: 'lair', table: 'target', kind: 'consents', field: 'person', column: 'v' },
    ],
    requests: [
      {
        ...{ database: 'clinic', schema: 'lair', table: 'target', kind: 'gdpr', timeZone: 'UTC' },
        ...{ received: 'seen_at', answered: 'seen_at' },
      },
    ],
  });
  const ofEach = (answer: unknown): readonly unknown[] => Array(5).fill(answer);
  const one = [...Array(4).fill([{ rows: 1 }]), [{ rows: true }]];
  const asMallory = (sql: string): Promise<unknown> =>
    setUp(server, `set role mallory; ${sql}; reset role`, 'clinic');
  const called = async (): Promise<readonly unknown[]> => {
    const functions = (await askAs(
      server,
      'postgres',
      "select p.proname as name from pg_proc p where p.pronamespace = 'assay_audit'::regnamespace order by 1",
    )) as readonly { name: string }[];
    expect(functions).toHaveLength(5);
    return Promise.all(
      functions.map(({ name }) =>
        askAs(server, 'assay', `select * from assay_audit.${name}()`).catch((error: Error) => error.message),
      ),
    );
  };

  beforeEach(async () => {
    await setUp(
      server,
      "do $$ begin if to_regrole('mallory') is null then create role mallory; end if; end $$",
      'clinic',
    );
    await asMallory('drop schema if exists lair cascade');
    await setUp(server, trap, 'clinic');
    await grantSampling(server, data);
    expect(await called()).toMatchObject([
      [{ rows: 1, older: 0 }],
      [{ rows: 1, blank: 0 }],
      [{ rows: 1, late: 0 }],
      [{ rows: 1, 'card-numbers': 1 }],
      [{ rows: true, filled: true }],
    ]);
    await asMallory(sprung);
  });

  test.each([
    ['a type with casts of its own', 'lair.evil', "'(1)'::lair.evil"],
    ['an array of it', 'lair.evil[]', "array['(1)'::lair.evil]"],
    ['a domain over it', 'lair.over', "'(1)'::lair.evil"],
    ['a list of its own', 'lair.listed', "'a'::lair.listed"],
  ])('run no code of %s, and count nothing', async (_, type, value) => {
    await asMallory(
      `create domain lair.over as lair.evil; create type lair.listed as enum ('a');
       drop table lair.target; create table lair.target (v ${type}, seen_at ${type});
       insert into lair.target values (${value}, ${value})`,
    );
    expect(await called()).toEqual(ofEach([]));
    expect(whyOf(await sampled(data))).toMatch(/^its type is not of pg_catalog/);
    const ages = seen(await lookAtData(clinicTarget(server, data), ['data.ages']), 'data.ages');
    expect(ages.completeness[0]?.missing[0]?.why).toMatch(/^it is no date/);
  });

  test('read no view that stands where the table stood', async () => {
    await asMallory(
      `drop table lair.target; create view lair.target as
       select 'x'::text as v, now() as seen_at from (select lair.spring() offset 0) x`,
    );
    const refused = expect.stringMatching(/tablesample.*can only be applied to tables/i);
    expect(await called()).toEqual(ofEach(refused));
    expect(whyOf(await sampled(data))).toMatch(/^it is of a view/);
  });

  test('read no column that is computed when it is read', async ({ skip }) => {
    const computed = 'columns computed when they are read';
    skip(!knows(computed), sinceOf(computed));
    await asMallory(
      `drop table lair.target; create table lair.target (a text, v text generated always as (a || 'x') virtual,
       b timestamptz, seen_at timestamptz generated always as (b) virtual);
       insert into lair.target values ('1', default, now(), default)`,
    );
    expect(await called()).toEqual(ofEach([]));
    expect(whyOf(await sampled(data))).toMatch(/or it is generated when it is read/);
  });

  test('run no policy of the owner of a table', async () => {
    const everything = knows('pg_read_all_data')
      ? 'grant pg_read_all_data to warden'
      : 'grant usage on schema lair to warden; grant select on lair.target to warden';
    await setUp(
      server,
      `do $$ begin if to_regrole('warden') is null then create role warden; end if; end $$;
       ${everything}; grant usage, create on schema assay_audit to warden`,
      'clinic',
    );
    await asMallory(`alter table lair.target enable row level security;
      create function lair.spied() returns boolean language plpgsql as $f$ begin perform lair.spring(); return true; end $f$;
      create policy spied on lair.target using (lair.spied())`);
    await setUp(
      server,
      `do $$ declare f regprocedure; begin
       for f in select p.oid from pg_proc p where p.pronamespace = 'assay_audit'::regnamespace loop
         execute 'alter function ' || f || ' owner to warden'; end loop; end $$`,
      'clinic',
    );
    const refused = expect.stringMatching(/would be affected by row-level security policy/);
    expect(await called()).toEqual(ofEach(refused));
  });

  const springs = `create function lair.springs() returns int immutable language plpgsql as
    $f$ begin perform lair.spring(); return 1; end $f$`;

  test.for<[string, string]>([
    ['an index', 'create index on lair.target ((length(v) + lair.springs()))'],
    ['the condition of an index', 'create index on lair.target (v) where lair.springs() = 1'],
    ['statistics', 'create statistics lair.counted on (length(v) + lair.springs()), v from lair.target'],
    ['an inherited child', 'create table lair.child (check (lair.springs() = 1)) inherits (lair.target)'],
    [
      'an operator',
      `create operator lair.<+> (leftarg = text, rightarg = int, function = lair.added);
       create index on lair.target ((('x' operator(lair.<+>) 1) || v))`,
    ],
    [
      'a domain',
      `create domain lair.checked as text check (lair.springs() = 1);
       create index on lair.target ((v || 'x'::lair.checked))`,
    ],
    [
      'the key of partitions',
      `drop table lair.target;
       create table lair.target (v text, seen_at timestamptz) partition by list ((length(v) + lair.springs()));
       create table lair.part partition of lair.target default;
       insert into lair.target values ('1', now())`,
    ],
  ])(
    'run what the planner evaluates of %s as the owner of the table alone',
    async ([what, sql], { skip }) => {
      const expressions = 'expressions in statistics';
      skip(what === 'statistics' && !knows(expressions), sinceOf(expressions));
      await asMallory(`${springs};
      create function lair.added(text, int) returns text immutable language plpgsql as
        $f$ begin perform lair.spring(); return $1; end $f$; ${sql}`);
      await grantSampling(server, data);
      expect(await called()).toMatchObject(one);
      expect(whyOf(await sampled(data))).toMatch(/calls a function, operator or type of a role/);
      await setUp(
        server,
        'grant usage on schema lair to assay; grant select on lair.target to assay',
        'clinic',
      );
      await grantSampling(server, storeOf({ retention: data.retention }));
      expect(whyOf(await sampled(data))).toMatch(/calls a function, operator or type of a role/);
    },
  );

  test('are called where expressions have nothing but what is PostgreSQL’s and enumerations', async () => {
    await asMallory(`create type lair.colour as enum ('red');
      alter table lair.target add column c lair.colour check (c in ('red') and c = any ('{red}'::lair.colour[]));
      create index on lair.target (lower(v)) where c = 'red'`);
    await grantSampling(server, data);
    expect((await sampled(data)).columns[0]).toMatchObject({ rows: 1, cardNumbers: true });
  });

  test('can be made by who is no superuser, but a member of the owner', async () => {
    await setUp(
      server,
      `drop schema assay_audit cascade; drop role if exists keeper; create role keeper login createrole in role mallory;
       grant create, connect on database clinic to keeper with grant option`,
      'clinic',
    );
    const [, script = ''] = samplingGrantsSql('assay', data).split(/^\\connect.*$/m);
    for (const _ of [1, 2]) await askAs(server, 'keeper', script);
    expect((await sampled(data)).columns[0]).toMatchObject({ rows: 1, cardNumbers: true });
    await setUp(server, 'drop schema assay_audit cascade; drop owned by keeper; drop role keeper', 'clinic');
    await grantSampling(server, data);
  });

  test('are not called where parts of a table are of several roles', async () => {
    await setUp(
      server,
      `do $$ begin if to_regrole('trent') is null then create role trent; end if; end $$;
       grant create on schema lair to trent;
       create table lair.child () inherits (lair.target); alter table lair.child owner to trent`,
      'clinic',
    );
    await grantSampling(server, data);
    expect(whyOf(await sampled(data))).toMatch(
      /^the function is not of the one owner of the table and all its parts/,
    );
  });

  test('leave their owner no right to make others beside them', async () => {
    expect(
      await askAs(
        server,
        'postgres',
        "select has_schema_privilege('mallory', 'assay_audit', 'create') as makes, count(*)::int as n from pg_proc p where p.pronamespace = 'assay_audit'::regnamespace and proowner = 'mallory'::regrole",
      ),
    ).toEqual([{ makes: false, n: 5 }]);
  });

  test('are made without any operator of others', async () => {
    await setUp(
      server,
      `grant create on schema public to mallory; create table public.ran (by_whom text); grant insert on public.ran to public;
      set role mallory;
      create function public.sample_0123456789abcdef() returns int language sql as 'select 1';
      create function public.nearer(oid, regnamespace) returns boolean language plpgsql as
        $f$ begin insert into public.ran values (current_user); return false; end $f$;
      create operator public.= (leftarg = oid, rightarg = regnamespace, function = public.nearer)`,
      'clinic',
    );
    await grantSampling(server, data);
    expect(await askAs(server, 'postgres', 'select by_whom from public.ran')).toEqual([]);
    await setUp(server, 'drop operator public.= (oid, regnamespace)', 'clinic');
  });

  test('stay as they are where the next script fails', async () => {
    const wrong = storeOf({ columns: [...data.columns, columnOf(['lair', 'target', 'missing'], 'pan')] });
    await expect(grantSampling(server, wrong)).rejects.toMatchObject({ code: '42703' });
    expect(await called()).toMatchObject(one);
  });
});

describe('the absence of card numbers and track data', () => {
  const kinds: readonly (readonly [string, string, string])[] = [
    ['dots', 'text', "'4111.1111.1111.1111'"],
    ['no-break spaces', 'text', "'4111' || chr(160) || '1111' || chr(160) || '1111' || chr(160) || '1111'"],
    ['double blanks', 'text', "'4111  1111  1111  1111'"],
    ['hyphens between blanks', 'text', "'4111 - 1111 - 1111 - 1111'"],
    ['groups of six and ten', 'text', "'411111 1111111111'"],
    ['groups of four, two and ten', 'text', "'4111-11-1111111111'"],
    ['slashes, as Base64 has them', 'text', "'4111/1111/1111/1111/'"],
    ['bytes that are not ASCII alone', 'bytea', "convert_to('é 4111.1111.1111.1111', 'UTF8')"],
    ['double precision', 'double precision', '4.111111111111111e15'],
    ['real numbers', 'real', '4111111111111111'],
    ['money', 'money', "'4111111111111.11'"],
    ['arrays of double precision', 'double precision[]', 'array[1.5]'],
    ['a domain over money', 'priced', '1'],
  ];

  test('is not proved of values that could hold them in any way', async () => {
    const columns = kinds.map(([, type], index) => `c${index} ${type}`);
    await setUp(
      server,
      `create domain priced as money; create table scattered (${columns.join(', ')});
       insert into scattered values (${kinds.map(([, , value]) => value).join(', ')})`,
      'clinic',
    );
    const data = storeOf({
      columns: kinds.map((_, index) => columnOf(['public', 'scattered', `c${index}`], 'phi')),
    });
    const { columns: found } = await grantedAndSampled(data);
    kinds.forEach(([kind], index) => {
      const column = found[index] as Column;
      expect(countOf(column, 'digit-rich'), kind).toBe(1);
      expect(column, kind).not.toHaveProperty('trackData');
      expect([undefined, true], kind).toContain(column.cardNumbers);
    });
  });

  test('is proved of hashes, UUIDs, ciphertext, masked numbers and short ones', async () => {
    await setUp(
      server,
      `create table bare (a text, b uuid, c bytea, d text, e int, f timestamptz);
       insert into bare select encode(sha256(g::text::bytea), 'hex'), gen_random_uuid(), pgp_sym_encrypt('x', 'k', 's2k-mode=0'),
         '411111******1111', g, now() from generate_series(1, 2000) g`,
      'clinic',
    );
    const data = storeOf({
      columns: ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => columnOf(['public', 'bare', name], 'pan')),
    });
    const { columns: found } = await grantedAndSampled(data);
    for (const column of found.slice(0, 6))
      expect(column).toMatchObject({ cardNumbers: false, trackData: false });
  });
});

describe('card numbers other than those published for tests', () => {
  const of = (name: string) => columnOf(['public', 'test_numbers', name], 'pan');

  test('are told apart in whatever groups and beside whatever text', async () => {
    await setUp(
      server,
      `create table test_numbers (whole text, grouped text, noted text, numeric_one numeric, live text, mixed text, orders text, packed text, beside text);
       insert into test_numbers values ('4242424242424242', '3782 822463 10005', 'paid with 5555-5555-5555-4444 on 12/27', 6011111111111117,
         '4539148803436467', '4242424242424242', '7700000000007919', encode('4111111111111111', 'base64'), '4111111111111111 or 4111.1111.1111.1111');
       update test_numbers set mixed = mixed || ' 4539 1488 0343 6467'`,
      'clinic',
    );
    const names = ['whole', 'grouped', 'noted', 'numeric_one', 'live', 'mixed', 'orders', 'packed', 'beside'];
    const { columns } = await grantedAndSampled(storeOf({ columns: names.map(of) }));
    expect(columns.slice(0, names.length).map(({ otherCardNumbers }) => otherCardNumbers)).toEqual([
      ...[false, false, false, false],
      ...[true, true],
      ...[undefined, undefined, undefined],
    ]);
  });

  test('are not found in the text of any query', async () => {
    const data = storeOf({ columns: [of('whole')] });
    const written = `${samplingGrantsSql('assay', data)}${allText((await sampled(data)).record)}`;
    expect(planted.filter((each) => written.includes(each))).toEqual([]);
  });
});

describe('data that is kept until authorisation', () => {
  test('is plaintext, ciphertext or neither, and its absence afterwards is open unless there is none', async () => {
    await setUp(
      server,
      `create table pending (cvv text, cvv_enc bytea, pin_block text, track_enc text, gone text);
       insert into pending select '9347', pgp_sym_encrypt('9347', 'k'), '0412ac89abcdef67', armor(pgp_sym_encrypt('x', 'k')), null
         from generate_series(1, 30)`,
      'clinic',
    );
    const early = (name: string, dataClass: DataClass) => ({
      ...columnOf(['public', 'pending', name], dataClass),
      untilAuthorisation: true as const,
    });
    const looked = await grantedAndSampled(
      storeOf({
        columns: [
          early('cvv', 'cvv'),
          early('cvv_enc', 'cvv'),
          early('pin_block', 'pin'),
          early('track_enc', 'track'),
          early('gone', 'cvv'),
        ],
      }),
    );
    const said = looked.columns
      .slice(0, 5)
      .map(({ state, verificationCodes, pins, trackData }) => [state, verificationCodes, pins, trackData]);
    expect(said).toEqual([
      ['clear', undefined, true, false],
      ['encrypted', undefined, undefined, false],
      [undefined, undefined, undefined, false],
      ['encrypted', undefined, undefined, undefined],
      ['empty', false, false, false],
    ]);
    expect(whyOf(looked, 1)).toMatch(/^it is declared to hold such data until authorisation/);
    expect(whyOf(looked, 2)).toMatch(
      /not all of a form that proves it; it is declared to hold such data until/,
    );
  });
});

describe('names, comments and types', () => {
  const columnsOf = async (data: DataStore): Promise<Columns> =>
    seen(await lookAtData(clinicTarget(server, data), ['data.columns']), 'data.columns')
      .value as unknown as Columns;

  test('suggest what columns hold, to a role that may read none', async () => {
    const { suggestive, declared, searched } = await columnsOf(
      storeOf({
        columns: [
          columnOf(['public', 'patients', 'ssn'], 'ssn'),
          columnOf(['public', 'patients', 'gone'], 'ssn'),
        ],
      }),
    );
    expect(suggestive.filter(({ column }) => column.startsWith('clinic.public.patients.'))).toEqual([
      {
        column: 'clinic.public.patients.diagnosis',
        type: 'text',
        detectors: ['diagnosis'],
        seenIn: ['name'],
        declared: false,
      },
      {
        column: 'clinic.public.patients.email',
        type: 'text',
        detectors: ['email'],
        seenIn: ['name'],
        declared: false,
      },
      {
        column: 'clinic.public.patients.ssn',
        type: 'text',
        detectors: ['ssn'],
        seenIn: ['name'],
        declared: true,
      },
      {
        column: 'clinic.public.patients.x1',
        type: 'text',
        detectors: ['birth-date'],
        seenIn: ['comment'],
        declared: false,
      },
    ]);
    expect(suggestive.map(({ column }) => column)).toContain('clinic.public.parts.card_number');
    expect(suggestive.filter(({ column }) => /parts_|cards\.|order_no|tracking/.test(column))).toEqual([]);
    expect(declared).toEqual([
      { column: 'clinic.public.patients.ssn', class: 'ssn', found: true },
      { column: 'clinic.public.patients.gone', class: 'ssn', found: false },
    ]);
    expect(searched).toBeGreaterThan(30);
  });

  test.each([
    ['pan', ['pan', 'cardNumber', 'CARD_NO', 'credit_card_number', 'cc-num', 'Primary Account Number']],
    ['cvv', ['cvv', 'CVC2', 'card_security_code']],
    ['track', ['track1', 'trackData', 'mag_stripe']],
    ['pin', ['pin', 'PinBlock']],
    ['ssn', ['ssn', 'social_security_number']],
    ['email', ['email', 'e-mail', 'emailAddress']],
    ['phone', ['phone_number', 'mobile']],
    ['birth-date', ['dob', 'dateOfBirth', 'birth_date']],
    ['diagnosis', ['diagnosis', 'icd10_code', 'mrn']],
    ['password', ['password', 'passwd']],
    ['token', ['access_token', 'token']],
    ['key', ['api_key', 'privateKey', 'client_secret']],
  ])('%s, in any spelling', async (detector, names) => {
    const list = names.map((name) => `"${name}" text`).join(', ');
    await setUp(
      server,
      `create table named (${list}); create domain "${names[0]}" as text; create table typed (x "${names[0]}")`,
      'clinic',
    );
    try {
      const { suggestive } = await columnsOf(storeOf({}));
      const here = suggestive.filter(({ column }) => /clinic\.public\.(named|typed)\./.test(column));
      expect(here).toHaveLength(names.length + 1);
      expect(here.every(({ detectors }) => detectors.some((each) => each === detector))).toBe(true);
      expect(here.find(({ column }) => column.endsWith('.x'))?.seenIn).toEqual(['type']);
    } finally {
      await setUp(server, `drop table named, typed; drop domain "${names[0]}"`, 'clinic');
    }
  });

  test.each([
    'panel',
    'company',
    'order_key',
    'tracking',
    'spinner',
    'spin',
    'emailed',
    'monkey',
    'primary_key',
    'discard_no',
    'tokenizer',
  ])('%s suggests nothing', async (name) => {
    await setUp(server, `create table plain ("${name}" text)`, 'clinic');
    const { suggestive } = await columnsOf(storeOf({}));
    await setUp(server, 'drop table plain', 'clinic');
    expect(suggestive.filter(({ column }) => column.includes('.plain.'))).toEqual([]);
  });

  test('of 50,000 columns only those that suggest something leave the server', async () => {
    await setUp(
      server,
      `do $$ begin for t in 1..50 loop execute (select format('create table wide_%s (%s, "cardNumber" text)', t,
        string_agg(format('column_%s text', c), ', ')) from generate_series(1, 999) c); end loop; end $$`,
      'clinic',
    );
    const { suggestive, searched } = await columnsOf(storeOf({}));
    expect(searched).toBeGreaterThan(50_000);
    expect(suggestive.filter(({ column }) => column.includes('.wide_'))).toHaveLength(50);
  });
});

describe('the ages of rows', () => {
  test('are counted against the limit, and rows without a date leave it open', async () => {
    const data = storeOf({
      retention: [
        retentionOf(['public', 'visits', 'created_at'], 365),
        retentionOf(['public', 'visits', 'day'], 500),
        retentionOf(['public', 'visits', 'nothing'], 30),
        retentionOf(['public', 'patients', 'ssn'], 30),
      ],
    });
    await grantSampling(server, { ...data, retention: data.retention.slice(0, 3) });
    const record = await lookAtData(clinicTarget(server, data), ['data.ages']);
    const { value, completeness } = seen(record, 'data.ages');
    expect(value as unknown as Ages).toEqual([
      {
        column: 'clinic.public.visits.created_at',
        maximumAgeDays: 365,
        rows: 401,
        undated: 0,
        oldestDays: 400,
        older: 36,
      },
      {
        column: 'clinic.public.visits.day',
        maximumAgeDays: 500,
        rows: 401,
        undated: 0,
        oldestDays: 400,
        older: 0,
      },
      { column: 'clinic.public.visits.nothing', maximumAgeDays: 30, rows: 401, undated: 401 },
      { column: 'clinic.public.patients.ssn', maximumAgeDays: 30 },
    ]);
    expect(completeness[0]?.missing.map(({ what }) => what)).toEqual(['clinic.public.patients.ssn']);
  });
});

test('what is no date has no age', async () => {
  await setUp(
    server,
    "create table aged (n int, t text, k time, i interval); insert into aged values (1, '2001-01-01', '10:00', '1 day')",
    'clinic',
  );
  const data = storeOf({
    retention: ['n', 't', 'k', 'i'].map((name) => retentionOf(['public', 'aged', name], 30)),
  });
  await grantSampling(server, data);
  const { value, completeness } = seen(
    await lookAtData(clinicTarget(server, data), ['data.ages']),
    'data.ages',
  );
  expect((value as unknown as Ages).every((item) => item.older === undefined)).toBe(true);
  expect(completeness[0]?.missing.map(({ why }) => why)).toEqual(
    Array(4).fill(expect.stringMatching(/^it is no date/)),
  );
});

describe('what lies below card numbers', () => {
  test('is told, and is no protection of what can be read above', async () => {
    const data = storeOf({
      columns: [
        columnOf(['shop', 'payments', 'card_number'], 'pan'),
        columnOf(['shop', 'payments', 'pan_enc'], 'pan', 'encrypted'),
        columnOf(['shop', 'orders', 'order_no'], 'pan'),
      ],
      volumeEncrypted: true,
    });
    await grantSampling(server, data);
    const record = await lookAtData(clinicTarget(server, data), ['data.encryption']);
    const { columns } = seen(record, 'data.encryption').value as unknown as Encryption;
    const below = { accessMethod: 'heap', volumeEncrypted: true, removableMedia: false };
    expect(columns.slice(0, 3)).toEqual([
      { column: 'clinic.shop.payments.card_number', ...below, unreadable: false },
      { column: 'clinic.shop.payments.pan_enc', ...below, unreadable: true },
      { column: 'clinic.shop.orders.order_no', ...below },
    ]);
  });
});
