import { Buffer } from 'node:buffer';
import { createECDH } from 'node:crypto';
import { type Group, groups } from './registry.ts';

/** Bytes of an ML-KEM encapsulation key (FIPS 203 table 3). */
const mlKem768KeyBytes = 1184;
const mlKem1024KeyBytes = 1568;

function littleEndian(length: number, value: number): Buffer {
  const bytes = Buffer.alloc(length);
  bytes.writeUInt8(value, 0);
  return bytes;
}

/** The curve's generator: the public key of the private key 1. */
function generator(curve: string): Buffer {
  const pair = createECDH(curve);
  pair.setPrivateKey(Buffer.from([1]));
  return pair.getPublicKey();
}

/** Two generates the prime-order group of each RFC 7919 prime. */
function two(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  bytes.writeUInt8(2, length - 1);
  return bytes;
}

const x25519 = (): Buffer => littleEndian(32, 9);

/** An all-zero key is a well-formed encapsulation key: each coefficient is below the modulus. */
const keys: Readonly<Partial<Record<Group, () => Buffer>>> = {
  x25519,
  x448: () => littleEndian(56, 5),
  secp256r1: () => generator('prime256v1'),
  secp384r1: () => generator('secp384r1'),
  secp521r1: () => generator('secp521r1'),
  X25519MLKEM768: () => Buffer.concat([Buffer.alloc(mlKem768KeyBytes), x25519()]),
  SecP256r1MLKEM768: () => Buffer.concat([generator('prime256v1'), Buffer.alloc(mlKem768KeyBytes)]),
  SecP384r1MLKEM1024: () => Buffer.concat([generator('secp384r1'), Buffer.alloc(mlKem1024KeyBytes)]),
  MLKEM512: () => Buffer.alloc(800),
  MLKEM768: () => Buffer.alloc(mlKem768KeyBytes),
  MLKEM1024: () => Buffer.alloc(mlKem1024KeyBytes),
  ffdhe2048: () => two(256),
  ffdhe3072: () => two(384),
  ffdhe4096: () => two(512),
  ffdhe6144: () => two(768),
  ffdhe8192: () => two(1024),
};

/**
 * A well-formed public key of a group, of no secret: enough to see a server go on past its HelloRetryRequest, and
 * nothing that could open what it then sends. Undefined for groups assay makes no key for.
 */
export function wellKnownKeyShare(group: number): { group: number; key: Buffer } | undefined {
  const name = (Object.keys(groups) as Group[]).find((each) => groups[each] === group);
  const key = name === undefined ? undefined : keys[name]?.();
  return key === undefined ? undefined : { group, key };
}

/** Keys for the groups that every server of TLS 1.3 has one of: for those that do not ask for a key. */
export const usualKeyShares: readonly { group: number; key: Buffer }[] = [
  groups.x25519,
  groups.secp256r1,
  groups.secp384r1,
].flatMap((group) => wellKnownKeyShare(group) ?? []);
