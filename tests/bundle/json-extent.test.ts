import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stableJson, stableLine } from '../../src/bundle/json.ts';
import { extentOf } from '../../src/bundle/json-extent.ts';
import { jsonExcess } from '../../src/bundle/limits.ts';

test.each([
  ['1', 0, 1],
  ['[]', 1, 2],
  ['[[],{"a":[1,2]}]', 3, 7],
  ['"[[[["', 0, 1],
  ['["\\"[[", "\\\\"]', 1, 3],
  ['["\\\\\\"[[[", 1]', 1, 3],
  ['"[[', 0, 1],
  ['[[[', 3, 4],
])('%s has %i levels and at most %i values', (text, depth, values) => {
  expect(extentOf(text)).toEqual({ depth, values });
});

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

function valuesOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce((sum: number, each) => sum + valuesOf(each), 1);
}

test('levels are those of the value, and no value is missed, whatever strings hold', () => {
  const strings = fc.oneof(fc.string(), fc.constantFrom('"', '\\', '\\"', '[', '{"', ',,,', '\\\\'));
  const value = fc.letrec((tie) => ({
    any: fc.oneof({ depthSize: 'small' }, strings, fc.integer(), tie('list'), tie('map')),
    list: fc.array(tie('any'), { maxLength: 4 }),
    map: fc.dictionary(strings, tie('any'), { maxKeys: 4 }),
  })).any;
  fc.assert(
    fc.property(value, (any) => {
      const text = stableJson(any);
      expect(extentOf(text).depth).toBe(depthOf(JSON.parse(text)));
      expect(extentOf(stableLine(any))).toEqual(extentOf(text));
      expect(extentOf(text).values).toBeGreaterThanOrEqual(valuesOf(JSON.parse(text)));
    }),
  );
});

test('nesting and values have limits; what is within them has none', () => {
  expect(jsonExcess(`${'['.repeat(64)}${']'.repeat(64)}`)).toBeUndefined();
  expect(jsonExcess(`${'['.repeat(65)}${']'.repeat(65)}`)).toBe('at most 64 levels of nesting');
  expect(jsonExcess('['.repeat(1_000_000))).toBe('at most 64 levels of nesting');
  expect(jsonExcess(`[${'1,'.repeat(9_000_000)}1]`)).toBeUndefined();
  expect(jsonExcess(`[${'1,'.repeat(10_000_000)}1]`)).toBe('at most 10000000 values');
});
