import { Buffer } from 'node:buffer';
import { checkPrimeSync } from 'node:crypto';

/** Above this the native test, which makes 64 rounds and more, would hold up the scan. */
const nativeBits = 2048;
const ownBits = 4096;
const bases = [2n, 3n, 5n, 7n] as const;

/**
 * Whether p and (p - 1) / 2 are both prime, by Miller–Rabin. Undefined for numbers over 4096 bits, which would take
 * seconds.
 */
export function isSafePrime(prime: Uint8Array): boolean | undefined {
  const p = BigInt(`0x${Buffer.from(prime).toString('hex') || '0'}`);
  const bits = p.toString(2).length;
  if (bits > ownBits) return undefined;
  if (p % 4n !== 3n) return p === 5n;
  const half = (p - 1n) / 2n;
  return bits <= nativeBits
    ? checkPrimeSync(p) && checkPrimeSync(half)
    : isProbablePrime(p) && isProbablePrime(half);
}

/** Miller–Rabin for odd numbers. */
function isProbablePrime(n: bigint): boolean {
  if (n % 2n === 0n) return n === 2n;
  let odd = n - 1n;
  let twos = 0;
  for (; odd % 2n === 0n; twos++) odd /= 2n;
  return bases.every((base) => n === base || passes(n, base, odd, twos));
}

function passes(n: bigint, base: bigint, odd: bigint, twos: number): boolean {
  let value = power(base, odd, n);
  if (value === 1n) return true;
  for (let round = 0; round < twos; round++) {
    if (value === n - 1n) return true;
    value = (value * value) % n;
  }
  return false;
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}
