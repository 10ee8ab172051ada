import { type KeyObject, sign, verify } from 'node:crypto';

/** n of P-256 (SEC 2, 2.4.2). */
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/**
 * ES256 signature as DER `ECDSA-Sig-Value` (RFC 3279, 2.2.3) with the lower of the two values of s that verify: so
 * nobody without the key can turn a signature into another one.
 */
export function signEs256(data: Uint8Array, privateKey: KeyObject): Buffer {
  const raw = sign('sha256', data, { key: privateKey, dsaEncoding: 'ieee-p1363' });
  const s = integerOf(raw.subarray(32));
  return encodeSignature(integerOf(raw.subarray(0, 32)), s > order / 2n ? order - s : s);
}

/** True where the signature verifies and is the one encoding that `signEs256` would give of it. */
export function verifyEs256(data: Uint8Array, signature: Uint8Array, publicKey: KeyObject): boolean {
  return isCanonical(Buffer.from(signature)) && verify('sha256', data, publicKey, signature);
}

function isCanonical(der: Buffer): boolean {
  const rLength = der[3] ?? 0;
  const r = integerOf(der.subarray(4, 4 + rLength));
  const s = integerOf(der.subarray(6 + rLength));
  return r > 0n && r < order && s > 0n && s <= order / 2n && encodeSignature(r, s).equals(der);
}

function encodeSignature(r: bigint, s: bigint): Buffer {
  const integers = Buffer.concat([encodeInteger(r), encodeInteger(s)]);
  return Buffer.concat([Buffer.from([0x30, integers.length]), integers]);
}

/** DER INTEGER of a positive number (X.690, 8.3): no needless leading zero, one where the sign bit would be set. */
function encodeInteger(value: bigint): Buffer {
  const hex = value.toString(16);
  const even = hex.length % 2 === 0 ? hex : `0${hex}`;
  const bytes = Buffer.from(/^[89a-f]/.test(even) ? `00${even}` : even, 'hex');
  return Buffer.concat([Buffer.from([0x02, bytes.length]), bytes]);
}

function integerOf(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
}
