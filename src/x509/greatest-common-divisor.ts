/** What a step keeps of both numbers: its products stay exact in a double. */
const windowBits = 50;

/** By Lehmer's method: most quotients follow from the leading bits alone. Neither number is negative. */
export function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [larger, smaller] = a < b ? [b, a] : [a, b];
  while (smaller >> 64n !== 0n) {
    const shift = BigInt(larger.toString(16).length * 4 - windowBits);
    const [p, q, r, s] = leadingSteps(Number(larger >> shift), Number(smaller >> shift));
    [larger, smaller] =
      q === 0
        ? [smaller, larger % smaller]
        : [BigInt(p) * larger + BigInt(q) * smaller, BigInt(r) * larger + BigInt(s) * smaller];
  }
  while (smaller !== 0n) [larger, smaller] = [smaller, larger % smaller];
  return larger;
}

type Matrix = readonly [number, number, number, number];

/** The steps of Euclid that are the same whatever bits follow the leading ones (Knuth, TAOCP 2, algorithm 4.5.2 L). */
function leadingSteps(larger: number, smaller: number): Matrix {
  let [x, y] = [larger, smaller];
  let [p, q, r, s] = [1, 0, 0, 1];
  while (y + r !== 0 && y + s !== 0) {
    const quotient = Math.floor((x + p) / (y + r));
    if (quotient !== Math.floor((x + q) / (y + s))) break;
    [p, r] = [r, p - quotient * r];
    [q, s] = [s, q - quotient * s];
    [x, y] = [y, x - quotient * y];
  }
  return [p, q, r, s];
}
