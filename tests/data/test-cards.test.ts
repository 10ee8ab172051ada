import { expect, test } from 'vitest';
import { testCards } from '../../src/data/test-cards.ts';

const passesLuhn = (number: string): boolean =>
  [...number]
    .reverse()
    .map((digit, index) => (index % 2 === 0 ? Number(digit) : 2 * Number(digit)))
    .reduce((sum, each) => sum + (each > 9 ? each - 9 : each), 0) %
    10 ===
  0;

test('numbers published for tests are card numbers, each once', () => {
  expect(new Set(testCards).size).toBe(testCards.length);
  expect(testCards.filter((number) => !/^[0-9]{13,19}$/.test(number) || !passesLuhn(number))).toEqual([]);
});
