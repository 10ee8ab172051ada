import { Buffer } from 'node:buffer';
import type { KeyShare } from '../client-hello.ts';
import type { RandomSource } from '../exchange.ts';
import { type Group, groups } from '../registry.ts';
import { curveAgreement } from './curves.ts';
import { finiteFieldAgreement, namedPrimeBits } from './finite-field.ts';

/** One end of a key agreement. */
export interface Agreement {
  /** What is sent. */
  readonly key: Uint8Array;
  /** The shared secret; undefined where the other end's key is none. */
  agree(theirs: Uint8Array): Uint8Array | undefined;
}

/** ML-KEM as FIPS 203 has it, from whoever has it: node:crypto of the oldest supported Node does not. */
export interface KeyEncapsulation {
  /** @param seed 64 bytes */
  keygen(seed: Uint8Array): { readonly publicKey: Uint8Array; readonly secretKey: Uint8Array };
  decapsulate(ciphertext: Uint8Array, secretKey: Uint8Array): Uint8Array;
}
export type KeyEncapsulations = Readonly<Record<512 | 768 | 1024, KeyEncapsulation>>;

/** An agreement of our own for a group. */
export interface OfferedShare extends KeyShare, Agreement {}

interface Kem {
  readonly parameter: 512 | 768 | 1024;
  /** Of the ciphertext. */
  readonly bytes: number;
}
const kem512: Kem = { parameter: 512, bytes: 768 };
const kem768: Kem = { parameter: 768, bytes: 1088 };
const kem1024: Kem = { parameter: 1024, bytes: 1568 };

/** Groups with ML-KEM; the hybrids (draft-ietf-tls-ecdhe-mlkem) in the order in which their parts are joined. */
const encapsulated: Readonly<Partial<Record<Group, readonly [Kem | Group, (Kem | Group)?]>>> = {
  MLKEM512: [kem512],
  MLKEM768: [kem768],
  MLKEM1024: [kem1024],
  X25519MLKEM768: [kem768, 'x25519'],
  SecP256r1MLKEM768: ['secp256r1', kem768],
  SecP384r1MLKEM1024: ['secp384r1', kem1024],
};

const names = new Map<number, Group>((Object.keys(groups) as Group[]).map((name) => [groups[name], name]));

/** Whether a key for the group takes ML-KEM. */
export function needsEncapsulation(group: number): boolean {
  const name = names.get(group);
  return name !== undefined && encapsulated[name] !== undefined;
}

/** By source, then by group: making a key costs more than all else in a handshake. */
const made = new WeakMap<RandomSource, Map<number, OfferedShare | undefined>>();

/**
 * A key of our own for a group; undefined where none can be made here. One source has one key a group, for all its
 * handshakes: nothing of anybody's travels under it.
 */
export function offeredShare(
  group: number,
  random: RandomSource,
  kems?: KeyEncapsulations,
): OfferedShare | undefined {
  if (kems === undefined && needsEncapsulation(group)) return undefined;
  const known = made.get(random) ?? new Map<number, OfferedShare | undefined>();
  made.set(random, known);
  if (!known.has(group)) known.set(group, makeShare(group, random, kems));
  return known.get(group);
}

function makeShare(
  group: number,
  random: RandomSource,
  kems: KeyEncapsulations | undefined,
): OfferedShare | undefined {
  const name = names.get(group);
  const draw = (length: number): Uint8Array => random(`private key for ${name}`, length);
  const agreement = name === undefined ? undefined : agreementFor(name, draw, kems);
  return agreement === undefined ? undefined : { group, key: agreement.key, agree: agreement.agree };
}

type Draw = (length: number) => Uint8Array;

function agreementFor(name: Group, draw: Draw, kems: KeyEncapsulations | undefined): Agreement | undefined {
  const bits = namedPrimeBits(name);
  if (bits !== undefined) return finiteFieldAgreement(bits, draw);
  const parts = encapsulated[name];
  if (parts === undefined) return curveAgreement(name, draw);
  return kems === undefined ? undefined : joinedAgreement(parts, draw, kems);
}

function joinedAgreement(
  parts: readonly [Kem | Group, (Kem | Group)?],
  draw: Draw,
  kems: KeyEncapsulations,
): Agreement | undefined {
  const joined = parts.flatMap((part) => (part === undefined ? [] : [partOf(part, draw, kems)]));
  const whole = joined.flatMap((part) => (part === undefined ? [] : [part]));
  if (whole.length !== joined.length) return undefined;
  return {
    key: Buffer.concat(whole.map(({ key }) => key)),
    agree: (theirs) => {
      let from = 0;
      const secrets = whole.flatMap(({ theirBytes, agree }) => {
        const secret = agree(theirs.subarray(from, from + theirBytes));
        from += theirBytes;
        return secret === undefined ? [] : [secret];
      });
      return from === theirs.length && secrets.length === whole.length ? Buffer.concat(secrets) : undefined;
    },
  };
}

interface Part extends Agreement {
  /** Length of the other end's key. */
  readonly theirBytes: number;
}

function partOf(part: Kem | Group, draw: Draw, kems: KeyEncapsulations): Part | undefined {
  if (typeof part !== 'string') return kemPart(part, draw, kems[part.parameter]);
  const agreement = curveAgreement(part, draw);
  return agreement === undefined ? undefined : { ...agreement, theirBytes: agreement.key.length };
}

function kemPart({ bytes }: Kem, draw: Draw, kem: KeyEncapsulation): Part {
  // A seed of its own length, so that it is not the private key of the curve beside it.
  const { publicKey, secretKey } = kem.keygen(draw(64));
  return {
    key: publicKey,
    theirBytes: bytes,
    agree: (ciphertext) => (ciphertext.length === bytes ? kem.decapsulate(ciphertext, secretKey) : undefined),
  };
}
