import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseStrictTransportSecurity as parse } from '../../src/http/strict-transport-security.ts';

const policy = (maxAgeSeconds: number, includeSubDomains = false, preload = false) => ({
  kind: 'policy',
  maxAgeSeconds,
  includeSubDomains,
  preload,
});

describe('what browsers heed', () => {
  test.each([
    // The examples of RFC 6797 §6.2.
    ['max-age=31536000', policy(31536000)],
    ['max-age=15768000 ; includeSubDomains', policy(15768000, true)],
    ['max-age="31536000"', policy(31536000)],
    ['max-age=0', policy(0)],
    ['max-age=0; includeSubDomains', policy(0, true)],
    ['  max-age = 5 ;\tINCLUDESUBDOMAINS ; Preload  ', policy(5, true, true)],
    ['MAX-AGE=5;;;includeSubDomains;', policy(5, true)],
    ['; max-age=5', policy(5)],
    ['includeSubDomains; max-age=7', policy(7, true)],
    ['max-age=5; report-uri="https://x.example/a;b\\"c"; other=token; bare', policy(5)],
    ['max-age="\\5"', policy(5)],
    ['max-age=000000000000000000000005', policy(5)],
    ['max-age=99999999999999999999999999', policy(Number.MAX_SAFE_INTEGER)],
  ])('%s', (text, expected) => {
    expect(parse(text)).toEqual(expected);
  });
});

describe('what they ignore as a whole', () => {
  test.each([
    ['', 'it has no max-age'],
    ['includeSubDomains', 'it has no max-age'],
    ['max-age', 'max-age is no number of seconds'],
    ['max-age=""', 'max-age is no number of seconds'],
    ['max-age=-1', 'max-age is no number of seconds'],
    ['max-age=1e9', 'max-age is no number of seconds'],
    ['max-age=31536000.0', 'max-age is no number of seconds'],
    ['max-age=1 year', 'the value is no list of directives'],
    ['max-age=', 'the value is no list of directives'],
    ['max-age=5, includeSubDomains', 'the value is no list of directives'],
    ['max-age=5 includeSubDomains', 'the value is no list of directives'],
    ['max-age="5', 'the value is no list of directives'],
    ['max-age=5; x="a', 'the value is no list of directives'],
    ['"max-age=31536000; includeSubDomains"', 'the value is no list of directives'],
    ['max-age=5; max-age=6', 'a directive stands twice'],
    ['max-age=5; Max-Age=5', 'a directive stands twice'],
    ['max-age=5; includeSubDomains; includesubdomains', 'a directive stands twice'],
    ['max-age=5; includeSubDomains=true', 'includeSubDomains has a value'],
    [`max-age=5; x=${'y'.repeat(5000)}`, 'the value is too long to be read'],
  ])('%s', (text, why) => {
    expect(parse(text)).toEqual({ kind: 'ignored', why });
  });
});

const token = fc
  .string({ minLength: 1, maxLength: 12, unit: fc.constantFrom(...'abcXYZ019!#$%&*+.^_`|~-') })
  .filter((name) => !/^(max-age|includesubdomains|preload)$/i.test(name));
const quoted = fc
  .string({ maxLength: 20 })
  .map((text) => `"${text.replace(/[\\"]/g, '\\$&').replace(/\s/g, ' ')}"`);
const unknown = fc.tuple(token, fc.option(fc.oneof(token, quoted), { nil: undefined }));
const blank = fc.constantFrom('', ' ', '\t', '   ');
const cased = (text: string) =>
  fc
    .array(fc.boolean(), { minLength: text.length, maxLength: text.length })
    .map((upper) => [...text].map((c, i) => (upper[i] ? c.toUpperCase() : c)).join(''));

describe('whatever stands around it', () => {
  test('a well-formed policy is read, in any order and case, with any unknown directives between', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.boolean(),
        fc.boolean(),
        fc.uniqueArray(unknown, { maxLength: 4, selector: ([name]) => name.toLowerCase() }),
        fc.tuple(cased('max-age'), cased('includesubdomains'), cased('preload')),
        fc.tuple(blank, blank, blank, fc.boolean()),
        fc.infiniteStream(fc.nat()),
        (seconds, subDomains, preload, others, [maxAge, include, wish], [a, b, c, quote], order) => {
          const directives = [
            `${maxAge}${a}=${b}${quote ? `"${seconds}"` : seconds}`,
            ...(subDomains ? [include] : []),
            ...(preload ? [wish] : []),
            ...others.map(([name, value]) => (value === undefined ? name : `${name}${a}=${b}${value}`)),
          ];
          const keyed = directives.map((text) => ({ text, key: order.next().value ?? 0 }));
          const shuffled = keyed.sort((x, y) => x.key - y.key).map(({ text }) => text);
          expect(parse(shuffled.join(`${c};${a}`))).toEqual(policy(seconds, subDomains, preload));
        },
      ),
    );
  });

  test('any text is answered, in little time, and never with a policy that it does not spell out', () => {
    const bits = fc.constantFrom(
      'max-age',
      'includeSubDomains',
      '=',
      ';',
      '"',
      '\\',
      ' ',
      '\t',
      '31536000',
      ',',
      'x',
      '\u00e9',
    );
    const near = fc.array(bits, { maxLength: 40 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(near, fc.string({ maxLength: 200 })), (text) => {
        const parsed = parse(text);
        if (parsed.kind === 'policy') expect(text).toMatch(/max-age[ \t]*=[ \t]*"?\\?\d/i);
      }),
      { numRuns: 300 },
    );
  });

  test('blanks without end cost no more than their length', () => {
    const started = performance.now();
    for (const text of [' '.repeat(4096), `max-age${' '.repeat(4000)}x`, `x="${'\\'.repeat(4000)}`])
      expect(parse(text).kind).toBe('ignored');
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
