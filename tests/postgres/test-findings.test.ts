import { describe, expect, test } from 'vitest';
import { countNames } from '../../src/data/forms.ts';
import type { TestCorrection, TestDigest, TestRecords } from '../../src/model/index.ts';
import {
  cardOf,
  derivableOf,
  erasedOf,
  exportedOf,
  formerOf,
  foundBy,
  standsOf,
} from '../../src/postgres/test-findings.ts';
import { foundIn, testFunctionsOf, traceOf, tracesOf } from '../../src/postgres/test-records.ts';
import { columnOf, storeOf } from './clinic.ts';

const at = (table: string, column: string) => ({ database: 'clinic', schema: 'public', table, column });

const digest: TestDigest = {
  ...at('hashes', 'digest'),
  ...{ key: 'id', keyMark: 'k', of: 'card' },
  derivations: [
    { by: 'md5', mark: 'a' },
    { by: 'sha1', mark: 'b' },
    { by: 'md5', mark: 'c' },
  ],
};
const corrected: TestCorrection = {
  ...at('people', 'name'),
  ...{ key: 'id', keyMark: 'k', mark: 'new', formerMark: 'old' },
};
const records: TestRecords = {
  cards: [{ ...at('remarks', 'remark'), mark: 'card' }],
  digests: [digest],
  corrected: [corrected],
  erased: [{ person: 'test-7', marks: ['x', 'y'] }],
  exported: [],
};
const data = storeOf({
  columns: [
    columnOf(['public', 'people', 'name'], 'phi'),
    columnOf(['public', 'people', 'secret'], 'phi', 'encrypted'),
    columnOf(['public', 'visits', 'name'], 'phi'),
  ],
  testRecords: records,
});

describe('the columns that are gone through', () => {
  const traces = tracesOf(data);

  test('are those of planted cards, and the declared ones that are kept as they are', () => {
    expect(
      traces.map(({ column, sought }) => [column.table, column.column, sought.map(({ list }) => list)]),
    ).toEqual([
      ['remarks', 'remark', ['cards']],
      ['people', 'name', ['erased', 'former']],
      ['visits', 'name', ['erased', 'former']],
    ]);
  });

  test('are none where nothing is declared', () => {
    expect(tracesOf(storeOf({ columns: data.columns }))).toEqual([]);
    expect(testFunctionsOf(storeOf({ columns: data.columns }))).toEqual([]);
  });

  test('have where a former value stood among them, declared or not', () => {
    const undeclared = tracesOf(storeOf({ testRecords: records }));
    expect(undeclared.map(({ column }) => column.table)).toEqual(['remarks', 'people']);
  });

  test('are told what was found, each for what was sought there, or why it is not known', () => {
    const [cards, people, visits] = traces;
    if (!cards || !people || !visits) throw new Error('expected three columns');
    const answer = { rows: [{ rows: 9, [foundIn(0)]: 2, [foundIn(1)]: 0 }] };
    const found = [...foundBy(people, answer), ...foundBy(visits, { why: 'locked' })];
    expect(erasedOf(found)).toEqual([
      { item: { person: 'test-7', column: 'clinic.public.people.name', rows: 2 } },
      { item: { person: 'test-7', column: 'clinic.public.visits.name' }, why: 'locked' },
    ]);
    expect(formerOf(found)).toMatchObject([
      { item: { corrected: 'clinic.public.people.name', column: 'clinic.public.people.name', rows: 0 } },
      { item: { column: 'clinic.public.visits.name' }, why: 'locked' },
    ]);
    expect(traceOf(people).returns.map(([name]) => name)).toEqual(['rows', foundIn(0), foundIn(1)]);
    expect(() => foundBy(people, { rows: [{ rows: 9 }] })).toThrow('expected an integer');
  });
});

describe('what was handed over', () => {
  const { columns } = data;
  const exported = [{ person: 'test-8', marks: ['m', 'n'], file: 'test-8.json' }];
  const [people, visits] = tracesOf(
    storeOf({ columns, testRecords: { ...records, cards: [], corrected: [], erased: [], exported } }),
  );
  if (!people || !visits) throw new Error('expected two columns');
  const counts = (first: number, second: number) => ({
    rows: [{ rows: 9, [foundIn(0)]: first, [foundIn(1)]: second }],
  });
  const item = { person: 'test-8', column: 'clinic.public.people.name' };

  test('is compared with the values that each column holds, and with those alone', () => {
    const found = [...foundBy(people, counts(1, 4)), ...foundBy(visits, counts(0, 0))];
    const against = (...marks: string[]) => exportedOf('test-8', found, { marks: new Set(marks) });
    expect(against('m', 'n')).toEqual([{ item: { ...item, values: 2, left: 0 } }]);
    expect(against('n', 'o')).toEqual([{ item: { ...item, values: 2, left: 1 } }]);
    expect(exportedOf('test-9', found, { marks: new Set() })).toEqual([]);
  });

  test('is not known where the file or a column could not be read', () => {
    const found = [...foundBy(people, counts(1, 0)), ...foundBy(visits, { why: 'locked' })];
    expect(exportedOf('test-8', found, { why: 'no file' })).toEqual([
      { item: { ...item, values: 1 }, why: 'no file' },
      { item: { person: 'test-8', column: 'clinic.public.visits.name' }, why: 'locked' },
    ]);
  });
});

const row = (given: object) => ({
  rows: [{ rows: 1, filled: 1, candidate: null, bytes: 1, salted: 0, ...given }],
});

describe('a digest', () => {
  const tried = ['md5', 'sha1'];
  const item = { column: 'clinic.public.hashes.digest', of: 'card', tried };

  test.each([
    [{ candidate: 2 }, { derivable: true, by: 'sha1' }],
    [
      { candidate: 3, bytes: 0 },
      { derivable: true, by: 'md5' },
    ],
    [{}, { derivable: false }],
  ])('%j is told', (given, expected) => {
    expect(derivableOf(digest, row(given))).toEqual({ item: { ...item, ...expected } });
  });

  test.each([
    [{ rows: 0 }, /^0 rows have the key/],
    [{ rows: 2 }, /^2 rows have the key/],
    [{ filled: 0 }, /no value/],
    [{ salted: 1 }, /password hash/],
    [{ bytes: 0 }, /not written as digests are/],
  ])('%j is not compared', (given, why) => {
    expect(derivableOf(digest, row(given))).toEqual({ item, why: expect.stringMatching(why) });
  });

  test('of a person need not be written as digests are', () => {
    expect(derivableOf({ ...digest, of: 'person' }, row({ bytes: 0 })).item).toMatchObject({
      derivable: false,
    });
  });
});

test.each([
  [{ candidate: 1 }, true],
  [{ candidate: 2 }, false],
  [{ filled: 0 }, false],
  [{ candidate: null }, undefined],
  [{ rows: 2, candidate: 1 }, undefined],
])('of a correction %j says that it stands: %s', (given, stands) => {
  const { item, why } = standsOf(corrected, row(given));
  expect(item.stands).toBe(stands);
  expect(why === undefined).toBe(stands !== undefined);
});

describe('a planted card number', () => {
  const [card] = records.cards;
  const [trace] = tracesOf(data);
  if (!card || !trace) throw new Error('expected a card');
  const none = Object.fromEntries(countNames.map((name) => [name, 0]));
  const read = (given: object) => ({
    rows: [{ method: 'whole', estimate: null, rows: 9, filled: 9, longer: 0, ...none, ...given }],
  });
  const found = (rows: number) => foundBy(trace, { rows: [{ rows: 9, [foundIn(0)]: rows }] });

  test('is found where the detector says so, and is not where it does not', () => {
    const seen = cardOf(card, found(1), read({ digits: 1, luhn: 1, 'card-numbers': 1 }));
    expect(seen).toEqual({ item: { column: 'clinic.public.remarks.remark', rows: 1, found: true } });
    expect(cardOf(card, found(1), read({ digits: 9, luhn: 1, 'card-numbers': 1 })).item.found).toBe(false);
  });

  test.each([
    ['is not there', found(0), read({})],
    ['could not be looked for', foundBy(trace, { why: 'locked' }), read({})],
    ['is in a column that could not be sampled', found(1), { why: 'locked' }],
  ])('that %s measures nothing', (_, traced, answer) => {
    const { item, why } = cardOf(card, traced, answer);
    expect(item).not.toHaveProperty('found');
    expect(why).toBeDefined();
  });
});
