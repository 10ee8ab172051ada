import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stableJson, stableLine } from '../../src/bundle/json.ts';

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member)]),
  );
}

const json = fc.jsonValue({ maxDepth: 6 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);

describe('stable JSON', () => {
  test('means the same as the value, whatever the order of keys', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(JSON.parse(stableJson(value))).toEqual(value);
        expect(JSON.parse(stableLine(value))).toEqual(value);
        expect(stableJson(reversed(value))).toBe(stableJson(value));
      }),
    );
  });

  test('is its own only form: written again it is the same text', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(stableJson(JSON.parse(stableJson(value)))).toBe(stableJson(value));
        expect(stableLine(JSON.parse(stableLine(value)))).toBe(stableLine(value));
        expect(stableLine(value).indexOf('\n')).toBe(stableLine(value).length - 1);
      }),
    );
  });

  test('orders keys by code unit, numbers too, and indents by two', () => {
    expect(stableJson({ b: [], a: { 10: 1, 9: {} }, B: [1, 'x'] })).toBe(
      '{\n  "B": [\n    1,\n    "x"\n  ],\n  "a": {\n    "10": 1,\n    "9": {}\n  },\n  "b": []\n}\n',
    );
    expect(stableLine({ b: [], a: { 10: 1, 9: {} } })).toBe('{"a":{"10":1,"9":{}},"b":[]}\n');
  });

  test('leaves undefined members out and makes strings well-formed', () => {
    expect(stableLine({ a: undefined, b: 'x\ud800y😀' })).toBe('{"b":"x\ufffdy😀"}\n');
    expect(stableLine(JSON.parse('{"__proto__":{"a":1}}'))).toBe('{"__proto__":{"a":1}}\n');
  });

  test.each([
    ['NaN', Number.NaN],
    ['infinity', { a: Number.POSITIVE_INFINITY }],
    ['undefined in an array', [undefined]],
    ['a hole', new Array(1)],
    ['undefined', undefined],
    ['a bigint', 1n],
    ['a function', () => 1],
    ['a date', new Date(0)],
    ['a map', new Map()],
    ['bytes', Buffer.from('a')],
    ['a lone surrogate as key', { '\ud800': 1 }],
    ['bottomless nesting', JSON.parse('['.repeat(1000) + ']'.repeat(1000))],
  ])('refuses %s', (_, value) => {
    expect(() => stableJson(value)).toThrow(TypeError);
    expect(() => stableLine(value)).toThrow(TypeError);
  });
});
