import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hasRemainder, loopback, prefixLengthOf, rangeOf } from '../../src/postgres/address-range.ts';

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

describe('hasRemainder', () => {
  const range = (first: number, last: number) => ({
    family: 4 as const,
    first: BigInt(first),
    last: BigInt(last),
  });

  test('agrees with counting', () => {
    const part = fc.tuple(fc.nat(30), fc.nat(30)).map(([a, b]) => range(Math.min(a, b), Math.max(a, b)));
    fc.assert(
      fc.property(part, fc.array(part, { maxLength: 6 }), (whole, covers) => {
        const numbers = Array.from({ length: 31 }, (_, n) => BigInt(n));
        const counted = numbers.some(
          (n) => n >= whole.first && n <= whole.last && !covers.some((c) => n >= c.first && n <= c.last),
        );
        expect(hasRemainder(whole, covers)).toBe(counted);
      }),
    );
  });

  test('the other family covers nothing', () => {
    expect(hasRemainder({ family: 6, first: 0n, last: 0n }, loopback)).toBe(true);
    expect(hasRemainder({ family: 6, first: 1n, last: 1n }, [{ family: 4, first: 0n, last: 9n }])).toBe(true);
  });
});
