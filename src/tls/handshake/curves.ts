import { Buffer } from 'node:buffer';
import { createECDH, createPrivateKey, createPublicKey, diffieHellman } from 'node:crypto';
import type { Group } from '../registry.ts';
import type { Agreement } from './key-exchange.ts';

interface Montgomery {
  readonly bytes: number;
  /** DER in front of a raw private key (PKCS #8, RFC 8410) and of a raw public key. */
  readonly privatePrefix: string;
  readonly publicPrefix: string;
}

const montgomery: Readonly<Partial<Record<Group, Montgomery>>> = {
  x25519: {
    bytes: 32,
    privatePrefix: '302e020100300506032b656e04220420',
    publicPrefix: '302a300506032b656e032100',
  },
  x448: {
    bytes: 56,
    privatePrefix: '3046020100300506032b656f043a0438',
    publicPrefix: '3042300506032b656f033900',
  },
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

function montgomeryAgreement(
  { bytes, privatePrefix, publicPrefix }: Montgomery,
  secret: Uint8Array,
): Agreement {
  const der = Buffer.concat([Buffer.from(privatePrefix, 'hex'), secret]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  return {
    key: spki.subarray(-bytes),
    agree: (theirs) => {
      if (theirs.length !== bytes) return undefined;
      const key = Buffer.concat([Buffer.from(publicPrefix, 'hex'), theirs]);
      const publicKey = createPublicKey({ key, format: 'der', type: 'spki' });
      return unlessImpossible(() => diffieHellman({ privateKey, publicKey }));
    },
  };
}

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
