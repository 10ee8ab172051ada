import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isCardNumber } from '../../src/data/card-numbers.ts';
import { derivationsOf } from '../../src/data/derivations.ts';
import { headLength, markOf, textMark } from '../../src/data/marks.ts';

const card = '4111111111111111';
const hex = (algorithm: string, text: string | Buffer) => createHash(algorithm).update(text).digest('hex');
const headOf = (digest: string) => markOf('head', digest.slice(0, headLength));

const byOf = (values: readonly string[], mark: string) =>
  derivationsOf(values).find((each) => each.mark === mark)?.by;

describe('what can be made of a value without a key', () => {
  test.each([
    ['md5', hex('md5', card)],
    ['sha1', hex('sha1', '4111 1111 1111 1111')],
    ['sha224', hex('sha224', '4111-1111-1111-1111')],
    ['sha256', hex('sha256', `${card}\n`)],
    ['sha3-256', hex('sha3-256', card)],
    ['sha256 of sha256 in hex', hex('sha256', hex('sha256', card))],
    ['md5 of md5 in bytes', hex('md5', createHash('md5').update(card).digest())],
  ])('of a card number: %s', (by, digest) => {
    expect(byOf([card], headOf(digest))).toBe(by);
    expect(byOf(['4111 1111-1111 1111'], headOf(digest))).toBe(by);
  });

  test('of the fifteen digits that another brand has, in its own groups', () => {
    expect(byOf(['378282246310005'], headOf(hex('sha512', '3782 822463 10005')))).toBe('sha512');
  });

  test.each(['Ann.Canary@example.org', 'ann.canary@example.org', 'ANN.CANARY@EXAMPLE.ORG'])(
    'of an identity in any case: %s',
    (text) => {
      expect(byOf(['Ann.Canary@example.org'], headOf(hex('sha1', text)))).toBe('sha1');
      expect(byOf(['Ann.Canary@example.org'], textMark(` ${text} `))).toBe('the value itself');
      expect(byOf(['Ann.Canary@example.org'], markOf('bytes', Buffer.from(text).toString('hex')))).toBe(
        'the value itself, encoded',
      );
    },
  );

  test('each of several values by itself, and nothing of others', () => {
    expect(byOf(['one value', 'another'], headOf(hex('md5', 'another')))).toBe('md5');
    expect(byOf(['one value', 'another'], headOf(hex('md5', 'one valueanother')))).toBeUndefined();
    const marks = derivationsOf([card, '5555555555554444']).map(({ mark }) => mark);
    expect(new Set(marks).size).toBe(marks.length);
  });

  test('stands nowhere in what is kept', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 6, maxLength: 40 }), (text) => {
        const kept = JSON.stringify(derivationsOf([text]).map(({ mark }) => mark));
        expect(kept.includes(text)).toBe(false);
        expect(kept.includes(hex('md5', text))).toBe(false);
      }),
      { numRuns: 20 },
    );
  });
});

test.each([
  [card, true],
  ['4111 1111-1111 1111', true],
  ['378282246310005', true],
  ['4111111111111112', false],
  ['9111111111111111', false],
  ['', false],
])('%s is a card number: %s', (text, is) => {
  expect(isCardNumber(text)).toBe(is);
});
