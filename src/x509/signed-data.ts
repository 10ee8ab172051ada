import { constants, type KeyObject, verify } from 'node:crypto';
import { contextPart, type DerValue, decodeDer, parts, readInteger, readOid } from './der.ts';
import { pssOids, type SignatureAlgorithm } from './object-identifiers.ts';
import { readSignatureAlgorithm } from './signature-algorithm.ts';
import { signedDataError } from './tlv.ts';

/** Something that an authority signed: an OCSP response, a list of revoked certificates. */
export interface SignedData {
  /** What was signed, octet by octet. */
  readonly body: Uint8Array;
  readonly algorithm: SignatureAlgorithm;
  /** RSASSA-PSS only: length of the salt. */
  readonly saltLength?: number;
  readonly signature: Uint8Array;
}

/** Digests of which somebody can make two texts with the same value: a signature over one proves nothing. */
const brokenHashes: readonly string[] = ['md2', 'md5', 'sha1', 'unknown'];

/** @param algorithm the whole AlgorithmIdentifier @param bits content of the BIT STRING */
export function signedData(body: Uint8Array, algorithm: Uint8Array, bits: Uint8Array): SignedData {
  if (bits[0] !== 0) throw signedDataError('a signature of whole octets', 'another BIT STRING');
  const identifier = decodeDer(algorithm);
  const saltLength = pssSaltLength(identifier);
  return {
    body,
    algorithm: readSignatureAlgorithm(identifier),
    ...(saltLength === undefined ? {} : { saltLength }),
    signature: bits.subarray(1),
  };
}

/** Why a signature of the algorithm proves nothing whoever made it, or undefined. */
export function weakSignature({ name, hash }: SignatureAlgorithm): string | undefined {
  return brokenHashes.includes(hash) ? `its signature algorithm ${name} is broken or not known` : undefined;
}

/** Whether the key made the signature; of a kind that does not fit the algorithm it did not. */
export function isSignedBy(data: SignedData, key: KeyObject | undefined): boolean {
  if (key === undefined || !fits(data.algorithm, key.asymmetricKeyType)) return false;
  const { hash } = data.algorithm;
  try {
    return verify(hash === 'none' ? null : hash, data.body, verifyInput(data, key), data.signature);
  } catch {
    // OpenSSL throws for signatures and keys that it cannot make sense of: not that key's signature.
    return false;
  }
}

function verifyInput({ saltLength }: SignedData, key: KeyObject): Parameters<typeof verify>[2] {
  if (saltLength === undefined) return key;
  return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength };
}

function fits({ name, hash }: SignatureAlgorithm, type: string | undefined): boolean {
  if (name === 'RSASSA-PSS') return type === 'rsa' || type === 'rsa-pss';
  if (/^ecdsa/.test(name)) return type === 'ec';
  if (/^dsa/.test(name)) return type === 'dsa';
  if (hash === 'none') return type === name.toLowerCase();
  return type === 'rsa';
}

/** RFC 4055 §3.1: 20 where it is left out. MGF1 with another digest than the message's is not in use. */
function pssSaltLength(identifier: DerValue): number | undefined {
  const [id, parameters] = parts(identifier);
  if (readOid(id) !== pssOids.rsassaPss) return undefined;
  const given = parameters === undefined ? undefined : contextPart(parts(parameters), 2);
  return given === undefined ? 20 : readInteger(parts(given)[0] as DerValue);
}
