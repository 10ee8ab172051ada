import { greatestCommonDivisor } from './greatest-common-divisor.ts';

/** Below it every prime is tried: what a broken generator of primes, or a flipped bit, leaves in a modulus. */
const limit = 65536;

let product: bigint | undefined;

/** Whether a modulus has a prime factor below 65536. */
export function hasSmallFactor(modulus: bigint): boolean {
  if (modulus < 2n) return true;
  product ??= productOf(primesBelow(limit));
  return greatestCommonDivisor(modulus, product % modulus) !== 1n;
}

function primesBelow(end: number): bigint[] {
  const composite = new Uint8Array(end);
  const primes: bigint[] = [2n];
  // Odd numbers alone: even ones would double the work.
  for (let number = 3; number < end; number += 2) {
    if (composite[number] === 1) continue;
    primes.push(BigInt(number));
    for (let multiple = number * number; multiple < end; multiple += 2 * number) composite[multiple] = 1;
  }
  return primes;
}

/** Halves first, so that the factors of each step are of like size. */
function productOf(numbers: readonly bigint[]): bigint {
  if (numbers.length < 2) return numbers[0] ?? 1n;
  const middle = numbers.length >> 1;
  return productOf(numbers.slice(0, middle)) * productOf(numbers.slice(middle));
}
