import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { hbaQueries } from '../../src/postgres/queries.ts';
import { queryFor } from '../../src/postgres/query.ts';

const modules: readonly Record<string, unknown>[] = await Promise.all(
  readdirSync('src/postgres')
    .filter((name) => name.endsWith('.ts'))
    .map((name) => import(`../../src/postgres/${name}`)),
);

/** Texts of everything a module of the folder exports as a query, a list or a table of them, or the body of one. */
const texts = [...new Set(modules.flatMap((module) => Object.entries(module).flatMap(textsOf)))];

function textsOf([name, value]: readonly [string, unknown]): readonly string[] {
  if (typeof value === 'string') return name.endsWith('Body') ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  const { text } = value as { readonly text?: unknown };
  return typeof text === 'string' ? [text] : Object.entries(value).flatMap(textsOf);
}

test('every query reads, names where it reads from, and takes all there is', () => {
  expect(texts.length).toBeGreaterThan(15);
  for (const text of texts) {
    expect(text).toMatch(/^(select|with) /);
    expect(text).not.toMatch(/\blimit \d/);
    expect(text).not.toMatch(/\b(from|join) pg_(?!catalog\.)/);
    expect(text).not.toMatch(/\b(insert|update|delete|alter|create|drop|copy) /);
  }
});

test.each([
  [12, false],
  [15, false],
  [16, true],
  [18, true],
])('the rules of version %i have a number: %s', (major, numbered) => {
  expect(queryFor(hbaQueries, major).text.includes('rule_number')).toBe(numbered);
});

test('a version we do not know has no query', () => {
  expect(() => queryFor(hbaQueries, 19)).toThrow(RangeError);
});
