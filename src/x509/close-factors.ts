/** What is customary (Böck, "Fermat Factorization in the Wild", 2022): keys found so far needed fewer than 20. */
const rounds = 100;

/**
 * Whether Fermat's method finds the factors: n = a² − b² = (a − b)(a + b), from the least a on. It does where the
 * factors are so near to each other that n is no secret's product.
 */
export function hasCloseFactors(modulus: bigint): boolean {
  if (modulus <= 0n || modulus % 4n === 2n) return false;
  const root = squareRoot(modulus);
  let candidate = root * root === modulus ? root : root + 1n;
  for (let round = 0; round < rounds; round++, candidate += 1n) {
    if (isSquare(candidate * candidate - modulus)) return true;
  }
  return false;
}

/** Squares are 0, 1, 4, 9, 16, 17, 25, 33, 36, 41, 49 or 57 modulo 64: most others are told without a root. */
const squaresModulo64: ReadonlySet<bigint> = new Set(
  Array.from({ length: 64 }, (_, number) => BigInt((number * number) % 64)),
);

function isSquare(number: bigint): boolean {
  if (!squaresModulo64.has(number & 63n)) return false;
  const root = squareRoot(number);
  return root * root === number;
}

/** The integer part of the root, by Newton's method from above. */
function squareRoot(number: bigint): bigint {
  if (number < 2n) return number;
  let root = 1n << BigInt((number.toString(16).length * 4 + 1) >> 1);
  root += 1n;
  for (;;) {
    const next = (root + number / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}
