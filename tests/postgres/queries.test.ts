import { expect, test } from 'vitest';
import * as hbaQueries from '../../src/postgres/hba-queries.ts';
import * as queries from '../../src/postgres/queries.ts';

const texts = Object.values({ ...queries, ...hbaQueries }).flatMap((value) => {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.map(({ text }) => text);
  return typeof value === 'object' && 'text' in value ? [value.text] : [];
});

test('every query reads, names where it reads from, and takes all there is', () => {
  expect(texts.length).toBeGreaterThan(15);
  for (const text of texts) {
    expect(text).toMatch(/^select /);
    expect(text).not.toMatch(/\blimit \d/);
    expect(text).not.toMatch(/\b(from|join) pg_(?!catalog\.)/);
    expect(text).not.toMatch(/\b(insert|update|delete|alter|create|drop|copy) /);
  }
});

test.each([
  [10, false],
  [15, false],
  [16, true],
  [18, true],
])('the rules of version %i have a number: %s', (major, numbered) => {
  expect(queries.queryFor(queries.hbaQueries, major).text.includes('rule_number')).toBe(numbered);
});

test('a version we do not know has no query', () => {
  expect(() => queries.queryFor(queries.hbaQueries, 19)).toThrow(RangeError);
});
