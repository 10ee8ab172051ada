import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  cutBy,
  isWithin,
  joined,
  networkAround,
  prefixLengthOf,
  rangeInWords,
  rangeOf,
  singleAddress,
} from '../../src/postgres/address-range.ts';

describe('rangeOf', () => {
  test.each([
    ['10.1.2.3', '255.0.0.0', 0x0a000000n, 0x0affffffn, 8],
    ['0.0.0.0', '0.0.0.0', 0n, 0xffffffffn, 0],
    ['192.0.2.7', '255.255.255.255', 0xc0000207n, 0xc0000207n, 32],
    ['::1', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 1n, 1n, 128],
    ['2001:db8::', 'ffff:ffff::', 0x20010db8n << 96n, (0x20010db9n << 96n) - 1n, 32],
    ['::ffff:10.0.0.0', 'ffff:ffff:ffff:ffff:ffff:ffff:ff00:0', 0xffff0a000000n, 0xffff0affffffn, 104],
  ])('%s mask %s', (address, netmask, first, last, prefix) => {
    const range = rangeOf(address, netmask);
    expect(range).toMatchObject({ first, last });
    expect(range && prefixLengthOf(range)).toBe(prefix);
  });

  test.each([
    ['10.0.0.0', '255.0.255.0'],
    ['10.0.0', '255.0.0.0'],
    ['10.0.0.256', '255.0.0.0'],
    ['db.test', '255.0.0.0'],
    ['::1', '255.0.0.0'],
    ['1::2::3', 'ffff::'],
    ['1:2:3:4:5:6:7:8:9', 'ffff::'],
  ])('%s mask %s is no range', (address, netmask) => {
    expect(rangeOf(address, netmask)).toBeUndefined();
  });
});

describe('networkAround', () => {
  test.each([
    ['10.0.0.0', '255.0.255.0', '10.0.0.0/8'],
    ['10.1.2.3', '255.0.0.0', '10.0.0.0/8'],
    ['10.1.2.3', '0.255.0.255', '0.0.0.0/0'],
  ])('%s mask %s', (address, netmask, words) => {
    const network = networkAround(address, netmask);
    expect(network && rangeInWords(network)).toBe(words);
  });
});

describe('cutBy', () => {
  const end = 0xffffffffn;
  const part = fc
    .tuple(fc.bigInt(0n, end), fc.bigInt(0n, end))
    .map(([a, b]) => ({ family: 4 as const, first: a < b ? a : b, last: a < b ? b : a }));

  test('covers every address once, and no range lies across a cut', () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (ranges) => {
        const pieces = cutBy(4, ranges);
        expect(joined(pieces)).toEqual([{ family: 4, first: 0n, last: end }]);
        for (const piece of pieces)
          for (const range of ranges)
            expect(isWithin(piece, range) || piece.last < range.first || range.last < piece.first).toBe(true);
      }),
    );
  });

  test('is not cut by the other family', () => {
    expect(cutBy(6, [{ family: 4, first: 1n, last: 9n }])).toHaveLength(1);
  });
});

describe('in words', () => {
  test.each([
    [rangeOf('10.1.2.3', '255.0.0.0')!, '10.0.0.0/8'],
    [rangeOf('2001:db8::', 'ffff:ffff::')!, '2001:db8::/32'],
    [{ family: 4, first: 1n, last: 1n } as const, '0.0.0.1/32'],
    [{ family: 4, first: 1n, last: 2n } as const, '0.0.0.1-0.0.0.2'],
    [singleAddress('fe80::1%eth0')!, 'fe80::1/128'],
  ])('%o', (range, words) => {
    expect(rangeInWords(range)).toBe(words);
  });
});
