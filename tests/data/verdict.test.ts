import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CountName, countNames } from '../../src/data/forms.ts';
import {
  cardNumbersIn,
  otherCardNumbersIn,
  proved,
  type Reading,
  stateOf,
  trackDataIn,
  truncationOf,
  verdictOf,
  verificationCodesIn,
} from '../../src/data/verdict.ts';
import { dataClasses, protections } from '../../src/model/index.ts';

function reading(counts: Partial<Record<CountName, number>>, given: Partial<Reading> = {}): Reading {
  const none = Object.fromEntries(countNames.map((name) => [name, 0])) as Reading['counts'];
  return { rows: 500, values: 500, longer: 0, whole: true, ...given, counts: { ...none, ...counts } };
}

/** What a study of eleven columns with 500 rows each came to. */
describe('a column of', () => {
  test.each([
    ['card numbers', { digits: 500, luhn: 500, 'card-numbers': 500 }, 'clear', 'found'],
    ['order numbers of sixteen digits', { digits: 500, luhn: 52, 'card-numbers': 0 }, 'unknown', 'doubt'],
    ['digits in groups of any kind', { 'digit-rich': 1 }, 'unknown', 'doubt'],
    ['order numbers in a brand’s range', { digits: 500, luhn: 52, 'card-numbers': 52 }, 'unknown', 'doubt'],
    ['OpenPGP messages', { 'envelope-bytes': 500, bytes: 500 }, 'encrypted', 'none'],
    ['digests', { digest: 500, bytes: 500 }, 'hashed', 'none'],
    ['random bytes', { bytes: 500 }, 'unknown', 'none'],
    [
      'a tenth card numbers, the rest encrypted',
      { digits: 50, luhn: 50, 'card-numbers': 50, 'envelope-bytes': 450 },
      'clear',
      'found',
    ],
    ['all but one encrypted', { 'envelope-bytes': 499 }, 'unknown', 'none'],
    ['masked numbers', { masked: 499, 'last-four': 1 }, 'truncated', 'none'],
  ] as const)('%s', (_, counts, verdict, cards) => {
    expect(verdictOf('pan', reading(counts))).toBe(verdict);
    expect(cardNumbersIn(reading(counts))).toBe(cards);
  });

  test('nothing is empty only where rows were looked at, or there are none', () => {
    expect(verdictOf('ssn', reading({}, { values: 0 }))).toBe('empty');
    expect(verdictOf('ssn', reading({}, { values: 0, rows: 0 }))).toBe('empty');
    expect(verdictOf('ssn', reading({}, { values: 0, rows: 0, whole: false }))).toBe('unknown');
  });

  test('each class is known by its own forms', () => {
    const clear = (
      dataClass: (typeof dataClasses)[number],
      counts: Partial<Record<CountName, number>>,
    ): boolean => verdictOf(dataClass, reading(counts)) === 'clear';
    expect(clear('ssn', { ssn: 1 })).toBe(true);
    expect(clear('ssn', { 'nine-digits': 250 })).toBe(true);
    expect(clear('ssn', { 'nine-digits': 249 })).toBe(false);
    expect(clear('email', { email: 1 })).toBe(true);
    expect(clear('phone', { phone: 250 })).toBe(true);
    expect(clear('birth-date', { date: 1 })).toBe(true);
    expect(clear('phi', { words: 250 })).toBe(true);
    expect(clear('secret', { 'private-key': 1 })).toBe(true);
    expect(clear('secret', { 'signed-token': 1 })).toBe(true);
    expect(clear('track', { track: 1 })).toBe(true);
    expect(clear('cvv', { 'three-or-four-digits': 1 })).toBe(true);
    expect(clear('pin', { 'pin-block': 1 })).toBe(true);
  });
});

describe('what is proved', () => {
  const sample = reading({}, { whole: false });

  test('presence by any part, absence by every value from end to end', () => {
    expect(proved('found', sample)).toBe(true);
    expect(proved('none', sample)).toBeUndefined();
    expect(proved('doubt', reading({}))).toBeUndefined();
    expect(proved('none', reading({}, { longer: 1 }))).toBeUndefined();
    expect(proved('none', reading({}))).toBe(false);
  });

  test('card numbers other than those for tests, by what is left beside these', () => {
    const tests = { digits: 500, luhn: 500, 'card-numbers': 500, 'digit-rich': 500 };
    expect(otherCardNumbersIn(reading({ ...tests, 'test-card-numbers': 500 }))).toBe('none');
    const one = { ...tests, 'test-card-numbers': 499, 'other-digit-rich': 1 };
    expect(otherCardNumbersIn(reading({ ...one, 'other-card-numbers': 1 }))).toBe('found');
    expect(otherCardNumbersIn(reading(one))).toBe('doubt');
    const orders = {
      digits: 500,
      'test-card-numbers': 100,
      'other-digit-rich': 400,
      'other-card-numbers': 10,
    };
    expect(otherCardNumbersIn(reading(orders))).toBe('doubt');
  });

  test('of a PIN kept until authorisation no block in its own cipher is plaintext', () => {
    expect(verdictOf('pin', reading({ 'pin-block': 500, bytes: 500 }), true)).toBe('unknown');
    expect(verdictOf('pin', reading({ 'pin-block': 499, pin: 1 }), true)).toBe('clear');
  });

  test('track data is not absent where there are digits enough for it', () => {
    expect(trackDataIn(reading({ 'digit-rich': 1 }))).toBe('doubt');
    expect(trackDataIn(reading({ 'digit-rich': 1, track: 1 }))).toBe('found');
    expect(trackDataIn(reading({}))).toBe('none');
  });

  test('a code may be hidden in bytes: they are no absence of one', () => {
    expect(verificationCodesIn(reading({ bytes: 1 }))).toBe('doubt');
    expect(verificationCodesIn(reading({ words: 500 }))).toBe('none');
  });

  test('a digest counts as protection where it is declared', () => {
    const whole = reading({ digest: 500 });
    expect(stateOf('hashed', whole, undefined)).toBeUndefined();
    expect(stateOf('hashed', whole, 'encrypted')).toBeUndefined();
    expect(stateOf('hashed', whole, 'hashed')).toBe('hashed');
    expect(stateOf('token', whole, 'tokenised')).toBe('token');
    expect(stateOf('encrypted', whole, undefined)).toBe('encrypted');
  });

  test('truncation, from every value', () => {
    expect(truncationOf(reading({ masked: 500 }))).toBe('within');
    expect(truncationOf(reading({ masked: 500 }, { whole: false }))).toBeUndefined();
    expect(truncationOf(reading({ masked: 499 }))).toBeUndefined();
    expect(truncationOf(reading({ masked: 500, 'masked-beyond': 1 }, { whole: false }))).toBe('beyond');
  });

  const readings = fc.record({
    rows: fc.nat(1000),
    values: fc.nat(1000),
    longer: fc.nat(3),
    whole: fc.boolean(),
    counts: fc.record(
      Object.fromEntries(countNames.map((name) => [name, fc.nat(1000)])) as Record<
        CountName,
        fc.Arbitrary<number>
      >,
    ),
  });

  test('nothing is proved absent or protected by a part', () => {
    const protection = fc.option(fc.constantFrom(...protections), { nil: undefined });
    fc.assert(
      fc.property(readings, fc.constantFrom(...dataClasses), protection, (any, dataClass, declared) => {
        const verdict = verdictOf(dataClass, any);
        const state = stateOf(verdict, any, declared);
        expect(state === undefined || state === verdict).toBe(true);
        if (!any.whole) expect([undefined, 'clear']).toContain(state);
        if (!any.whole) expect(proved(cardNumbersIn(any), any)).not.toBe(false);
      }),
    );
  });
});
