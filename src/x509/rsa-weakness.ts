import { Buffer } from 'node:buffer';
import type { Certificate } from './certificate.ts';
import { certificateFields } from './certificate-fields.ts';
import { hasCloseFactors } from './close-factors.ts';
import { isRocaModulus } from './roca.ts';
import { hasSmallFactor } from './small-factor.ts';
import { sequenceReader, signedDataError, tlvTag } from './tlv.ts';

/** What one RSA key tells of itself that lets anybody find the private key. */
export const rsaWeaknesses = ['roca', 'close-primes', 'small-factor', 'useless-exponent'] as const;
export type RsaWeakness = (typeof rsaWeaknesses)[number];

export interface RsaKey {
  readonly modulus: bigint;
  readonly exponent: bigint;
}

/** OpenSSL takes no larger modulus; the arithmetic below grows with the square. */
const maxModulusOctets = 2048;

/**
 * The RSA key of a certificate (RFC 8017 appendix A.1.1), whatever it may be used for; undefined for another kind.
 *
 * @throws AssayError ERR_SIGNED_DATA_DECODE for a malformed key, or one larger than OpenSSL takes
 */
export function rsaKey({ der, key }: Certificate): RsaKey | undefined {
  if (key.type !== 'rsa' && key.type !== 'rsa-pss') return undefined;
  const reader = sequenceReader(certificateFields(der).publicKeyBits);
  const modulus = reader.take(tlvTag.integer).content;
  const exponent = reader.take(tlvTag.integer).content;
  if (modulus.length > maxModulusOctets + 1)
    throw signedDataError(`a modulus of at most ${maxModulusOctets} octets`, `${modulus.length}`);
  return { modulus: unsigned(modulus), exponent: unsigned(exponent) };
}

/** The weaknesses that a key has, of those that can be seen from it alone. */
export function weaknessesOf({ modulus, exponent }: RsaKey): RsaWeakness[] {
  const tests: Readonly<Record<RsaWeakness, boolean>> = {
    roca: isRocaModulus(modulus),
    'close-primes': hasCloseFactors(modulus),
    'small-factor': hasSmallFactor(modulus),
    // An even exponent has no inverse, and with 1 the message is its own cipher text.
    'useless-exponent': exponent < 3n || exponent % 2n === 0n,
  };
  return rsaWeaknesses.filter((weakness) => tests[weakness]);
}

function unsigned(octets: Uint8Array): bigint {
  return BigInt(`0x0${Buffer.from(octets).toString('hex')}`);
}
