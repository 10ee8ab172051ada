/**
 * Primes that Infineon's library (CVE-2017-15361) made were k·M + (65537^a mod M), M being the product of the first
 * primes: modulo each of them such a modulus is a power of 65537.
 */
const generator = 65537;

/** All of M for the shortest keys in question (512 bits: the primes up to 167). */
const largestPrime = 167;

let residues: readonly { readonly prime: bigint; readonly powers: ReadonlySet<number> }[] | undefined;

/**
 * Whether a modulus has the fingerprint of those keys (Nemec et al., CCS 2017, §2.3). Of other moduli about one in
 * 2^28 has it too.
 */
export function isRocaModulus(modulus: bigint): boolean {
  residues ??= oddPrimes().map((prime) => ({ prime: BigInt(prime), powers: powersModulo(prime) }));
  return residues.every(({ prime, powers }) => powers.has(Number(modulus % prime)));
}

function oddPrimes(): number[] {
  const primes: number[] = [];
  for (let candidate = 3; candidate <= largestPrime; candidate += 2) {
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate);
  }
  return primes;
}

function powersModulo(prime: number): Set<number> {
  const powers = new Set<number>();
  for (let power = 1; !powers.has(power); power = (power * generator) % prime) powers.add(power);
  return powers;
}
