import { generateKeyPairSync, generatePrimeSync, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { greatestCommonDivisor } from '../../src/x509/greatest-common-divisor.ts';
import { sharingFactors } from '../../src/x509/shared-factors.ts';

const prime = (bits: number): bigint => generatePrimeSync(bits, { bigint: true });
const number = (octets: number): bigint => BigInt(`0x${randomBytes(octets).toString('hex')}`) + 1n;

function modulusOf(): bigint {
  const { n } = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' });
  return BigInt(`0x${Buffer.from(n!, 'base64url').toString('hex')}`);
}

function euclid(a: bigint, b: bigint): bigint {
  return b === 0n ? a : euclid(b, a % b);
}

describe('sharingFactors', () => {
  test('keys that were made as keys are share none', () => {
    const moduli = Array.from({ length: 7 }, modulusOf);
    expect(sharingFactors(moduli)).toEqual(moduli.map(() => false));
  });

  test.each([2, 3, 5, 16, 33])('two of %i have a prime in common, wherever they stand', (count) => {
    const moduli = Array.from({ length: count }, () => prime(512) * prime(512));
    const common = prime(512);
    const pair = [0, count - 1];
    for (const index of pair) moduli[index] = common * prime(512);
    expect(sharingFactors(moduli)).toEqual(moduli.map((_, index) => pair.includes(index)));
  });

  test('both primes in common with others: all three', () => {
    const [p, q, r] = [prime(512), prime(512), prime(512)] as const;
    expect(sharingFactors([p * q, q * r, r * p, modulusOf()])).toEqual([true, true, true, false]);
  });

  test('one alone, and none', () => {
    expect(sharingFactors([modulusOf()])).toEqual([false]);
    expect(sharingFactors([])).toEqual([]);
  });
});

test('the greatest common divisor is that of Euclid', () => {
  for (const octets of [1, 8, 9, 16, 64, 127, 128, 256]) {
    for (const other of [1, 8, 100, 256]) {
      const common = number(1 + (octets % 50));
      const [a, b] = [common * number(octets), common * number(other)];
      expect(greatestCommonDivisor(a, b)).toBe(euclid(a, b));
    }
  }
  expect(greatestCommonDivisor(0n, 5n)).toBe(5n);
  expect(greatestCommonDivisor(1n << 2000n, (1n << 2000n) - 1n)).toBe(1n);
  expect(greatestCommonDivisor(1n << 2000n, 1n << 1000n)).toBe(1n << 1000n);
});
