import { Buffer } from 'node:buffer';
import type { Group } from '../registry.ts';
import type { Agreement } from './key-exchange.ts';

/** RFC 7919 appendix A: what each prime adds to the digits of e. */
const offsets: ReadonlyMap<number, bigint> = new Map([
  [2048, 560_316n],
  [3072, 2_625_351n],
  [4096, 5_736_041n],
  [6144, 15_705_020n],
  [8192, 10_965_728n],
]);
/** Longer primes would cost more time than any server is worth. */
const maxPrimeBytes = 8192 / 8;

/** The length in bits of a group's prime; undefined where it is no group of RFC 7919. */
export function namedPrimeBits(name: Group): number | undefined {
  return name.startsWith('ffdhe') ? Number(name.slice('ffdhe'.length)) : undefined;
}

/** 2^n - 2^(n-64) + (floor(2^(n-130) e) + offset) 2^64 - 1 (RFC 7919 appendix A). */
function namedPrime(bits: number): Buffer {
  const n = BigInt(bits);
  const digits = scaledE(n - 130n) + (offsets.get(bits) ?? 0n);
  const prime = (1n << n) - (1n << (n - 64n)) + (digits << 64n) - 1n;
  return bytesOf(prime, bits / 8);
}

/** floor(2^bits e), by its series with room for the rounding of each term. */
function scaledE(bits: bigint): bigint {
  const room = 64n;
  let term = 1n << (bits + room);
  let sum = term;
  for (let divisor = 1n; term > 0n; divisor++) {
    term /= divisor;
    sum += term;
  }
  return sum >> room;
}

const secretBytes = 32;

/** Agreement in a group of RFC 7919; key and secret have the length of the prime (RFC 8446 §7.4.1). */
export function finiteFieldAgreement(bits: number, draw: (length: number) => Uint8Array): Agreement {
  const prime = namedPrime(bits);
  return diffieHellmanAgreement(prime, Buffer.from([2]), draw(secretBytes));
}

/**
 * Agreement modulo a prime that a server may have named itself. An exponent of 256 bits is enough for any prime; that
 * the modulus is prime is not looked at. The secret has the length of the prime.
 */
export function diffieHellmanAgreement(
  primeBytes: Uint8Array,
  generator: Uint8Array,
  secret: Uint8Array,
): Agreement {
  const length = primeBytes.length;
  if (length > maxPrimeBytes) return { key: new Uint8Array(0), agree: () => undefined };
  const prime = numberOf(primeBytes);
  const exponent = numberOf(secret) | 1n;
  const power = (base: Uint8Array): Buffer => bytesOf(modularPower(numberOf(base), exponent, prime), length);
  return {
    key: power(generator),
    agree: (theirs) => {
      const key = numberOf(theirs.subarray(0, maxPrimeBytes + 1));
      return key > 1n && key < prime - 1n ? power(theirs) : undefined;
    },
  };
}

function modularPower(base: bigint, exponent: bigint, modulus: bigint): bigint {
  if (modulus <= 1n) return 0n;
  let result = 1n;
  let square = base % modulus;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

function numberOf(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
}

function bytesOf(value: bigint, length: number): Buffer {
  return Buffer.from(value.toString(16).padStart(2 * length, '0'), 'hex');
}
