import { cipherSuites } from '../cipher-suites.ts';
import type { Dialogue, RandomSource } from '../exchange.ts';
import { groups, isVersion13Suite, type RecordVersion, signatureSchemes } from '../registry.ts';
import { handshake12 } from './handshake12.ts';
import { type Extent, handshake13 } from './handshake13.ts';
import type { Offer12 } from './hello12.ts';
import type { Session13 } from './hello13.ts';
import type { KeyEncapsulations } from './key-exchange.ts';
import type { Handshake12 } from './outcome12.ts';
import type { Handshake13 } from './outcome13.ts';
import { offeredSuites12 } from './suites12.ts';
import { protections } from './suites13.ts';

/** What a handshake with an endpoint takes. */
export interface HandshakeOptions {
  readonly serverName: string | undefined;
  readonly random: RandomSource;
  /** Only where a server accepts nothing else. */
  readonly kems?: KeyEncapsulations;
}

const usualGroups: readonly number[] = [
  groups.x25519,
  groups.secp256r1,
  groups.x448,
  groups.secp384r1,
  groups.secp521r1,
  groups.brainpoolP256r1tls13,
  groups.brainpoolP384r1tls13,
  groups.brainpoolP512r1tls13,
  groups.ffdhe2048,
  groups.ffdhe3072,
  groups.ffdhe4096,
  groups.ffdhe6144,
  groups.ffdhe8192,
];
const encapsulatedGroups: readonly number[] = [
  groups.X25519MLKEM768,
  groups.SecP256r1MLKEM768,
  groups.SecP384r1MLKEM1024,
  groups.MLKEM768,
  groups.MLKEM1024,
  groups.MLKEM512,
];
const openedSuites = [...protections.keys()];
const unopenedSuites = [...cipherSuites].flatMap(([code, name]) =>
  isVersion13Suite(name) && !protections.has(code) ? [code] : [],
);

export interface Wanted13 {
  readonly label: string;
  readonly signatureSchemes?: readonly number[];
  readonly schemesOfChain?: true;
  readonly extent: Extent;
  readonly session?: Session13;
}

/** All that can be seen to the end without ML-KEM. */
export function usualDialogue13(options: HandshakeOptions, wanted: Wanted13): Dialogue<Handshake13> {
  return dialogue13(options, wanted, wanted.label, openedSuites, usualGroups);
}

/** With ML-KEM, and with cipher suites that are recognised and no more; for a server that refuses all else. */
export function wideDialogue13(
  options: HandshakeOptions & { readonly kems: KeyEncapsulations },
  wanted: Wanted13,
): Dialogue<Handshake13> {
  const label = `${wanted.label}, everything offered`;
  const all = [...usualGroups, ...encapsulatedGroups];
  return dialogue13(options, wanted, label, [...openedSuites, ...unopenedSuites], all);
}

function dialogue13(
  { serverName, random, kems }: HandshakeOptions,
  { extent, session, schemesOfChain, signatureSchemes: schemes = everyScheme }: Wanted13,
  label: string,
  suites: readonly number[],
  offeredGroups: readonly number[],
): Dialogue<Handshake13> {
  const offer = {
    label,
    random,
    serverName,
    suites,
    groups: offeredGroups,
    shares: [groups.x25519, groups.secp256r1],
    signatureSchemes: schemes,
    ...(schemesOfChain === undefined ? {} : { schemesOfChain }),
    ...(kems === undefined ? {} : { kems }),
    ...(session === undefined ? {} : { session }),
  };
  return { label, talk: () => handshake13(offer, extent) };
}

const everyScheme: readonly number[] = Object.values(signatureSchemes);

export interface Wanted12 {
  readonly label: string;
  readonly extent: Extent;
  readonly signatureSchemes?: readonly number[];
  readonly schemesOfChain?: true;
  /** Absent: those that a handshake can be completed with. */
  readonly suites?: readonly number[];
  /** Absent: only those that a handshake can be completed with. */
  readonly everyGroup?: true;
  readonly resume?: NonNullable<Offer12['resume']>;
}

export function dialogue12(
  version: Exclude<RecordVersion, 'TLSv1.3'>,
  { serverName, random }: HandshakeOptions,
  {
    label,
    extent,
    everyGroup,
    resume,
    schemesOfChain,
    signatureSchemes: schemes = everyScheme,
    suites,
  }: Wanted12,
): Dialogue<Handshake12> {
  const offer: Offer12 = {
    label,
    random,
    serverName,
    version,
    suites: suites ?? (version === 'SSLv3' ? [] : offeredSuites12(version)),
    groups: everyGroup ? Object.values(groups) : usualGroups12,
    signatureSchemes: schemes,
    ...(schemesOfChain === undefined ? {} : { schemesOfChain }),
    ...(resume === undefined ? {} : { resume }),
  };
  return { label, talk: () => handshake12(offer, extent) };
}

/** Curves that a handshake can be completed with before TLS 1.3; its primes a server chooses as it likes. */
const usualGroups12: readonly number[] = [
  groups.x25519,
  groups.secp256r1,
  groups.x448,
  groups.secp384r1,
  groups.secp521r1,
  groups.secp256k1,
  groups.secp224r1,
  groups.brainpoolP256r1,
  groups.brainpoolP384r1,
  groups.brainpoolP512r1,
  groups.ffdhe2048,
  groups.ffdhe3072,
  groups.ffdhe4096,
  groups.ffdhe6144,
  groups.ffdhe8192,
];
