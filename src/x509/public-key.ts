import type { KeyObject, X509Certificate } from 'node:crypto';

export const keyTypes = ['rsa', 'rsa-pss', 'ec', 'ed25519', 'ed448', 'dsa', 'other'] as const;
type KeyType = (typeof keyTypes)[number];

export interface PublicKey {
  readonly type: KeyType;
  /** Size of the modulus, of the curve's field, or of the encoded key (Ed25519: 256); absent where not known. */
  readonly bits?: number;
  /** The curve's name as OpenSSL has it: `prime256v1`. */
  readonly curve?: string;
  /** RSA only; decimal. */
  readonly exponent?: string;
  /** Absent for a key this machine's OpenSSL cannot read. */
  readonly object?: KeyObject;
}

/** Field sizes by the names that OpenSSL gives the curves in use for certificates. */
const curveBits: Readonly<Record<string, number>> = {
  prime192v1: 192,
  secp192k1: 192,
  secp224k1: 224,
  secp224r1: 224,
  prime256v1: 256,
  secp256k1: 256,
  brainpoolP256r1: 256,
  brainpoolP256t1: 256,
  SM2: 256,
  secp384r1: 384,
  brainpoolP384r1: 384,
  brainpoolP384t1: 384,
  brainpoolP512r1: 512,
  brainpoolP512t1: 512,
  secp521r1: 521,
};

/** The public key of a certificate; a key of an unknown kind is `other`, never an error. */
export function readPublicKey(certificate: X509Certificate): PublicKey {
  const object = keyObject(certificate);
  if (object === undefined) return { type: 'other' };
  const type = keyTypes.find((known) => known === object.asymmetricKeyType) ?? 'other';
  return { type, object, ...sizeOf(type, object.asymmetricKeyDetails ?? {}) };
}

/** RSA of 16,384 bits, the most that OpenSSL verifies with, and the largest post-quantum keys are well below. */
const maxKeyBytes = 8 * 1024;

function keyObject(certificate: X509Certificate): KeyObject | undefined {
  try {
    const key = certificate.publicKey;
    // Node's asymmetricKeyDetails aborts the process on the point at infinity, and takes seconds over an exponent of
    // 100 KB; exporting a key refuses the first and measures the second.
    return key.export({ type: 'spki', format: 'der' }).length <= maxKeyBytes ? key : undefined;
  } catch {
    // OpenSSL has no reader for the algorithm or curve: a fact about the key, not about the certificate.
    return undefined;
  }
}

type Details = NonNullable<KeyObject['asymmetricKeyDetails']>;

function sizeOf(type: KeyType, details: Details): Pick<PublicKey, 'bits' | 'curve' | 'exponent'> {
  const { modulusLength, publicExponent, namedCurve } = details;
  switch (type) {
    case 'rsa':
    case 'rsa-pss':
    case 'dsa':
      return {
        ...(modulusLength === undefined ? {} : { bits: modulusLength }),
        ...(publicExponent === undefined ? {} : { exponent: publicExponent.toString() }),
      };
    case 'ec':
      return curveSize(namedCurve);
    case 'ed25519':
      return { bits: 256 };
    case 'ed448':
      return { bits: 456 };
    case 'other':
      return {};
  }
}

function curveSize(curve: string | undefined): Pick<PublicKey, 'bits' | 'curve'> {
  if (curve === undefined) return {};
  // The older curves carry their field's size in their names: sect163k1, secp160r1, c2pnb163v1.
  const bits = curveBits[curve] ?? Number(/\d{3}/.exec(curve)?.[0]);
  return Number.isNaN(bits) ? { curve } : { curve, bits };
}
