import { Buffer } from 'node:buffer';
import { createECDH, createPrivateKey, createPublicKey, diffieHellman, type JsonWebKey } from 'node:crypto';
import type { Group } from '../registry.ts';
import type { Agreement } from './key-exchange.ts';

interface Montgomery {
  readonly curve: 'X25519' | 'X448';
  readonly bytes: number;
  /** The u-coordinate that everybody's public key is a multiple of (RFC 7748 §4.1, §4.2). */
  readonly base: number;
}

const montgomery: Readonly<Partial<Record<Group, Montgomery>>> = {
  x25519: { curve: 'X25519', bytes: 32, base: 9 },
  x448: { curve: 'X448', bytes: 56, base: 5 },
};

/** Curve in the words of OpenSSL, and bytes of its field. */
const weierstrass: Readonly<Partial<Record<Group, readonly [curve: string, bytes: number]>>> = {
  secp256r1: ['prime256v1', 32],
  secp384r1: ['secp384r1', 48],
  secp521r1: ['secp521r1', 66],
  secp256k1: ['secp256k1', 32],
  secp224r1: ['secp224r1', 28],
  brainpoolP256r1: ['brainpoolP256r1', 32],
  brainpoolP384r1: ['brainpoolP384r1', 48],
  brainpoolP512r1: ['brainpoolP512r1', 64],
  brainpoolP256r1tls13: ['brainpoolP256r1', 32],
  brainpoolP384r1tls13: ['brainpoolP384r1', 48],
  brainpoolP512r1tls13: ['brainpoolP512r1', 64],
};

/** Agreement on an elliptic curve (RFC 8446 §7.4.2); undefined for curves that are not known here. */
export function curveAgreement(name: Group, draw: (length: number) => Uint8Array): Agreement | undefined {
  const raw = montgomery[name];
  if (raw !== undefined) return montgomeryAgreement(raw, draw(raw.bytes));
  const [curve, bytes] = weierstrass[name] ?? [];
  return curve === undefined || bytes === undefined ? undefined : weierstrassAgreement(curve, draw(bytes));
}

/** Keys come as JWK (RFC 8037): OpenSSL takes ten times as long to read DER. */
function montgomeryAgreement({ curve, bytes, base }: Montgomery, secret: Uint8Array): Agreement {
  const publicJwk = (x: Uint8Array): JsonWebKey => ({ kty: 'OKP', crv: curve, x: base64url(x) });
  const point = new Uint8Array(bytes);
  point[0] = base;
  // `x` has to be there, and nobody looks at it.
  const jwk = { ...publicJwk(point), d: base64url(secret) };
  const privateKey = createPrivateKey({ key: jwk, format: 'jwk' });
  const multiple = (x: Uint8Array): Uint8Array =>
    diffieHellman({ privateKey, publicKey: createPublicKey({ key: publicJwk(x), format: 'jwk' }) });
  return {
    key: multiple(point),
    agree: (theirs) => (theirs.length === bytes ? unlessImpossible(() => multiple(theirs)) : undefined),
  };
}

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');

function weierstrassAgreement(curve: string, drawn: Uint8Array): Agreement {
  const pair = createECDH(curve);
  // Below the order of every curve, and not zero.
  const secret = Buffer.from(drawn);
  secret[0] = 0;
  secret[secret.length - 1] = (secret[secret.length - 1] ?? 0) | 1;
  pair.setPrivateKey(secret);
  return {
    key: pair.getPublicKey(),
    agree: (theirs) => (theirs[0] === 4 ? unlessImpossible(() => pair.computeSecret(theirs)) : undefined),
  };
}

/** OpenSSL throws for a point that is not on the curve or makes a secret of zeros. */
function unlessImpossible(agree: () => Uint8Array): Uint8Array | undefined {
  try {
    return agree();
  } catch {
    return undefined;
  }
}
