import { Buffer } from 'node:buffer';
import { suitesFor } from './cipher-suites.ts';
import { type ClientHello, type Extension, encodeClientHello, type KeyShare } from './client-hello.ts';
import type { RandomSource } from './exchange.ts';
import {
  groups,
  protocolVersions,
  type RecordVersion,
  signatureSchemes,
  ssl2CipherKinds,
} from './registry.ts';
import { encodeSsl2ClientHello } from './ssl2.ts';
import { usualExtensions } from './usual-extensions.ts';

/** What every hello of an endpoint has in common. */
export interface HelloOptions {
  readonly serverName: string | undefined;
  readonly random: RandomSource;
}

/** One hello: its label names its random bytes. */
export interface HelloPurpose {
  readonly label: string;
  readonly keyShares?: readonly KeyShare[];
}

const suites13 = suitesFor('TLSv1.3');
const suitesUpTo12 = suitesFor('TLSv1.2');
const allGroups: readonly number[] = Object.values(groups);
const allSignatureSchemes: readonly number[] = Object.values(signatureSchemes);

const isVersion13: ReadonlySet<number> = new Set(suites13);

/** A hello on the wire, and what it offers. */
export interface Offer {
  readonly bytes: Buffer;
  /** Of SSLv2: its three-byte cipher kinds. */
  readonly suites: readonly number[];
  readonly groups: readonly number[];
  /** Compression methods; absent: none but null. */
  readonly compressions?: readonly number[];
}

/** Whether a suite was offered for the version answered: those of TLS 1.3 and those before it never mix. */
export function offers(offer: Offer, suite: number, version: number): boolean {
  return offer.suites.includes(suite) && isVersion13.has(suite) === (version === protocolVersions['TLSv1.3']);
}

/**
 * Everything the version can carry: every suite (for TLS 1.3 the older ones too, so that an older server can answer
 * with its own version), every group, every signature algorithm, and the server's name.
 */
export function fullHello(version: RecordVersion, options: HelloOptions, purpose: HelloPurpose): Offer {
  return encoded({
    ...frame(version, options, purpose),
    sessionId: version === 'TLSv1.3' ? options.random(`${purpose.label} session id`, 32) : Buffer.alloc(0),
    suites: version === 'TLSv1.3' ? [...suites13, ...suitesUpTo12] : suitesUpTo12,
    groups: allGroups,
    signatureSchemes: allSignatureSchemes,
    further: usualExtensions,
  });
}

/** A hello of which some lists are shortened; what is left out is offered whole. */
export interface Draft {
  readonly suites: readonly number[];
  readonly groups?: readonly number[];
  readonly signatureSchemes?: readonly number[];
  readonly further?: readonly Extension[];
  readonly signals?: readonly number[];
  readonly compressions?: readonly number[];
  readonly clientVersion?: number;
  readonly furtherVersions?: readonly number[];
}

/** A hello for one version alone, with everything but what the draft shortens. */
export function draftHello(
  version: RecordVersion,
  options: HelloOptions,
  purpose: HelloPurpose,
  draft: Draft,
): Offer {
  const { further = [], ...lists } = draft;
  return encoded({
    ...frame(version, options, purpose),
    sessionId: version === 'TLSv1.3' ? options.random(`${purpose.label} session id`, 32) : Buffer.alloc(0),
    groups: allGroups,
    signatureSchemes: allSignatureSchemes,
    ...lists,
    further: [...usualExtensions, ...further],
  });
}

/** A hello of at most 255 bytes with these suites, of which `smallHelloRoom` fit, and longer with what the draft adds. */
export function smallDraftHello(
  version: RecordVersion,
  options: HelloOptions,
  purpose: HelloPurpose,
  draft: Draft,
): Offer {
  return encoded({ ...smallFrame(version, options, purpose), ...draft });
}

/** How many suites a hello of 255 bytes has room for; never fewer than twelve. */
export function smallHelloRoom(version: RecordVersion, options: HelloOptions): number {
  const bare = encodeClientHello(smallFrame(version, options, { label: 'room' }));
  return Math.max(Math.floor((smallHelloBytes - bare.length) / 2), leastSuites);
}

function smallFrame(version: RecordVersion, options: HelloOptions, purpose: HelloPurpose): ClientHello {
  return {
    ...frame(version, options, purpose),
    sessionId: Buffer.alloc(0),
    suites: [],
    groups: smallGroups,
    signatureSchemes: smallSignatureSchemes,
  };
}

const smallHelloBytes = 255;
export const smallGroups: readonly number[] = [
  groups.x25519,
  groups.secp256r1,
  groups.secp384r1,
  groups.secp521r1,
];
export const smallSignatureSchemes: readonly number[] = [
  0x0403, 0x0503, 0x0603, 0x0807, 0x0804, 0x0805, 0x0806, 0x0809, 0x0401, 0x0501, 0x0601, 0x0201, 0x0203,
];
/** Most used first: as many as fit. */
const smallSuites = [
  0xc02f, 0xc02b, 0xc030, 0xc02c, 0xcca8, 0xcca9, 0xc013, 0xc009, 0xc014, 0xc00a, 0x002f, 0x0035, 0x009c,
  0x009d, 0x009e, 0x009f, 0x0033, 0x0039, 0x000a, 0x0005, 0x0004, 0x0016, 0x003c, 0x003d, 0xc027, 0xc028,
  0x0041, 0x0084, 0x0009, 0x0003, 0x0008, 0x0006, 0x0014, 0x0034, 0x0018, 0x0032, 0x0038, 0x008c, 0x0002,
  0x0001, 0x0007,
];
const leastSuites = 12;

/**
 * A hello of at most 255 bytes (names over about 60 characters apart), without the DH groups of RFC 7919, for servers
 * that cannot read the full one. It can show that a version is accepted, never that it is refused.
 */
export function smallHello(version: RecordVersion, options: HelloOptions, purpose: HelloPurpose): Offer {
  const suites = version === 'TLSv1.3' ? suites13 : smallSuites.slice(0, smallHelloRoom(version, options));
  return smallDraftHello(version, options, purpose, { suites });
}

/** The SSLv2 CLIENT-HELLO with every cipher kind. */
export function ssl2Hello({ random }: HelloOptions, { label }: HelloPurpose): Offer {
  const suites = [...ssl2CipherKinds.keys()];
  return { bytes: encodeSsl2ClientHello(suites, random(label, 16)), suites, groups: [] };
}

/** What each hello carries in words, for the record of what was sent. */
export function offerInWords(version: RecordVersion, serverName: string | undefined): string {
  const suites = version === 'TLSv1.3' ? suites13.length + suitesUpTo12.length : suitesUpTo12.length;
  if (version === 'SSLv3') return `${suites} cipher suites`;
  const schemes = `, ${allSignatureSchemes.length} signature algorithms`;
  const name = serverName === undefined ? 'no server name' : `server name ${serverName}`;
  const signed = version === 'TLSv1.2' || version === 'TLSv1.3' ? schemes : '';
  return `${suites} cipher suites, ${allGroups.length} groups${signed}, ${name}`;
}

function frame(
  version: RecordVersion,
  { serverName, random }: HelloOptions,
  { label, keyShares = [] }: HelloPurpose,
) {
  return { version, serverName, keyShares, random: random(label, 32) };
}

function encoded(hello: ClientHello): Offer {
  const { suites, groups: offered, compressions } = hello;
  return {
    bytes: encodeClientHello(hello),
    suites,
    groups: offered,
    ...(compressions === undefined ? {} : { compressions }),
  };
}
