import {
  checkPrimeSync,
  createPublicKey,
  generateKeyPairSync,
  generatePrimeSync,
  type KeyObject,
} from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readCertificate } from '../../src/x509/certificate.ts';
import { type RsaWeakness, rsaKey, weaknessesOf } from '../../src/x509/rsa-weakness.ts';
import { issueLeaf, party } from './authority.ts';

/** Primes as Infineon's library made them: k·M + (65537^a mod M), M being the product of the primes up to 167. */
const product = 2n * oddPrimes(167).reduce((all, prime) => all * prime, 1n);

function oddPrimes(limit: number): bigint[] {
  const candidates = Array.from({ length: limit }, (_, index) => index).filter((number) => number > 2);
  const isPrime = (number: number): boolean => candidates.every((by) => by >= number || number % by !== 0);
  return candidates
    .concat(limit)
    .filter((number) => number % 2 === 1 && isPrime(number))
    .map(BigInt);
}

function power(base: bigint, exponent: number, modulus: bigint): bigint {
  let result = 1n;
  for (let count = 0; count < exponent; count++) result = (result * base) % modulus;
  return result;
}

function infineonPrime(exponent: number): bigint {
  const rest = power(65537n, exponent, product);
  for (let factor = (1n << 36n) + 1n; ; factor += 1n) {
    const candidate = factor * product + rest;
    if (checkPrimeSync(candidate)) return candidate;
  }
}

const prime = (bits: number): bigint => generatePrimeSync(bits, { bigint: true });

function nextPrime(from: bigint): bigint {
  for (let candidate = from + 2n; ; candidate += 2n) if (checkPrimeSync(candidate)) return candidate;
}

function rsa(modulus: bigint, exponent = 65537n): KeyObject {
  const text = (number: bigint): string => {
    const hex = number.toString(16);
    return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex').toString('base64url');
  };
  return createPublicKey({ key: { kty: 'RSA', n: text(modulus), e: text(exponent) }, format: 'jwk' });
}

const ca = party('CA');

function found(key: KeyObject): readonly RsaWeakness[] {
  const server = { ...party('host.test'), publicKey: key };
  const read = rsaKey(readCertificate(issueLeaf(server, ca)));
  return weaknessesOf(read!);
}

describe('weaknesses of RSA keys', () => {
  it.each([1024, 2048, 3072])('finds none in a key of %i bits as it should be', (modulusLength) => {
    expect(found(generateKeyPairSync('rsa', { modulusLength }).publicKey)).toEqual([]);
    expect(found(generateKeyPairSync('rsa-pss', { modulusLength }).publicKey)).toEqual([]);
  });

  it("knows the fingerprint of Infineon's primes", () => {
    const [p, q] = [infineonPrime(11), infineonPrime(1234)];
    expect(found(rsa(p * q))).toEqual(['roca']);
    // One of them does not do.
    expect(found(rsa(p * prime(256)))).toEqual([]);
  });

  it('knows primes that are near to each other', () => {
    const p = prime(1024);
    expect(found(rsa(p * nextPrime(p)))).toEqual(['close-primes']);
    expect(found(rsa(p * p))).toEqual(['close-primes']);
    // 2^512 + some: still the upper half of the bits in common, and within 100 rounds.
    expect(found(rsa(p * nextPrime(p + (1n << 515n))))).toEqual(['close-primes']);
    expect(found(rsa(p * nextPrime(p + (1n << 600n))))).toEqual([]);
  });

  it.each([2n, 3n, 641n, 65521n])('knows the factor %s', (factor) => {
    expect(found(rsa(prime(1024) * prime(1000) * factor))).toEqual(['small-factor']);
  });

  it('looks no further than it says', () => {
    expect(found(rsa(prime(1024) * prime(1000) * 65537n))).toEqual([]);
  });

  it('knows exponents that are of no use', () => {
    const modulus = prime(1024) * prime(1024);
    expect(weaknessesOf({ modulus, exponent: 1n })).toEqual(['useless-exponent']);
    expect(weaknessesOf({ modulus, exponent: 65536n })).toEqual(['useless-exponent']);
    expect(weaknessesOf({ modulus, exponent: 3n })).toEqual([]);
  });

  it.each([0n, 1n, 2n, 3n, 4n])('takes the modulus %s for what it is', (modulus) => {
    expect(weaknessesOf({ modulus, exponent: 3n })).toContain('small-factor');
  });

  it('takes no long time over the largest keys', () => {
    const modulus = (1n << 16384n) + 12345677n;
    const began = performance.now();
    weaknessesOf({ modulus, exponent: 65537n });
    expect(performance.now() - began).toBeLessThan(2000);
  });

  it('leaves other keys alone', () => {
    expect(rsaKey(readCertificate(issueLeaf(party('host.test', 'ed25519'), ca)))).toBeUndefined();
  });
});
