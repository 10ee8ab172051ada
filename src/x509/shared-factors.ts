import { greatestCommonDivisor } from './greatest-common-divisor.ts';

/**
 * Which of the moduli, which differ from each other, has a factor in common with another: whoever has the two public
 * keys has both private ones. By Bernstein's batch method: each against the product of all.
 *
 * @param moduli above 1; the work for 4096 of 2048 bits is about four seconds
 */
export function sharingFactors(moduli: readonly bigint[]): readonly boolean[] {
  const levels = productTree(moduli);
  let remainders = levels.pop() ?? [];
  for (let level = levels.pop(); level !== undefined; level = levels.pop()) {
    const above = remainders;
    remainders = level.map((product, index) => (above[index >> 1] ?? 0n) % (product * product));
  }
  return moduli.map((modulus, index) => isShared(modulus, remainders[index] ?? 0n));
}

/** @param remainder of the product of all by the square of the modulus */
function isShared(modulus: bigint, remainder: bigint): boolean {
  const others = (remainder / modulus) % modulus;
  return greatestCommonDivisor(modulus, others) !== 1n;
}

/** The moduli, the products of two neighbours each, of four, and so on up to that of all. */
function productTree(moduli: readonly bigint[]): (readonly bigint[])[] {
  const levels = [moduli];
  for (let level = moduli; level.length > 1; ) {
    level = pairs(level);
    levels.push(level);
  }
  return levels;
}

function pairs(numbers: readonly bigint[]): readonly bigint[] {
  return numbers.flatMap((number, index) => (index % 2 === 1 ? [] : [number * (numbers[index + 1] ?? 1n)]));
}
