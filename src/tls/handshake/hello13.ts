import { Buffer } from 'node:buffer';
import { type Extension, encodeClientHello } from '../client-hello.ts';
import type { RandomSource } from '../exchange.ts';
import { extensionType } from '../registry.ts';
import { uint, vector } from '../writer.ts';
import { anyChain } from './hello12.ts';
import { type KeyEncapsulations, type OfferedShare, offeredShare } from './key-exchange.ts';
import { deriveSecret, digestOf, earlySecret, finishedMac } from './key-schedule.ts';
import { protections } from './suites13.ts';
import type { Ticket13 } from './ticket.ts';

/** What a TLS 1.3 handshake offers. */
export interface Offer13 {
  /** Names what is drawn from the source; another handshake with the same label is the same handshake. */
  readonly label: string;
  readonly random: RandomSource;
  readonly serverName: string | undefined;
  readonly suites: readonly number[];
  readonly groups: readonly number[];
  /** Groups whose keys go out with the first hello. */
  readonly shares: readonly number[];
  readonly signatureSchemes: readonly number[];
  /** The schemes are for the chain too: nothing is said of it beside them. */
  readonly schemesOfChain?: true;
  /** Where ML-KEM is to be had; without it a server that wants it is recognised, and not followed. */
  readonly kems?: KeyEncapsulations;
  /** A ticket of an earlier handshake. */
  readonly session?: Session13;
}

/** What a ticket resumes. */
export interface Session13 {
  readonly ticket: Ticket13;
  readonly key: Uint8Array;
  readonly suite: number;
}

/** A hello that was sent. */
export interface SentHello13 {
  /** As a record. */
  readonly record: Buffer;
  readonly shares: readonly OfferedShare[];
  readonly random: Uint8Array;
}

const recordHeaderBytes = 5;

/** The handshake message in a hello's record. */
export function messageOf(record: Uint8Array): Uint8Array {
  return record.subarray(recordHeaderBytes);
}

const besides: readonly Extension[] = [
  // RFC 6066 §8: OCSP, of any responder.
  { type: extensionType.statusRequest, body: Buffer.from([1, 0, 0, 0, 0]) },
  { type: extensionType.signedCertificateTimestamp, body: Buffer.alloc(0) },
];

export function firstHello13(offer: Offer13): SentHello13 {
  const shares = offer.shares.flatMap((group) => shareOf(offer, group) ?? []);
  return encoded(offer, shares, [], []);
}

/** The hello after a HelloRetryRequest: with the key it asked for, and its cookie (RFC 8446 §4.1.2). */
export function secondHello13(
  offer: Offer13,
  shares: readonly OfferedShare[],
  cookie: Uint8Array | undefined,
  before: readonly Uint8Array[],
): SentHello13 {
  const extensions = cookie === undefined ? [] : [{ type: extensionType.cookie, body: cookie }];
  return encoded(offer, shares, extensions, before);
}

/** A key for a group; undefined where none can be made here, or only with ML-KEM that is not at hand. */
export function shareOf({ random, kems }: Offer13, group: number): OfferedShare | undefined {
  return offeredShare(group, random, kems);
}

function encoded(
  offer: Offer13,
  shares: readonly OfferedShare[],
  extensions: readonly Extension[],
  before: readonly Uint8Array[],
): SentHello13 {
  const random = offer.random(`${offer.label}: client random`, 32);
  const hello = {
    version: 'TLSv1.3',
    random,
    sessionId: offer.random(`${offer.label}: session id`, 32),
    suites: offer.suites,
    groups: offer.groups,
    signatureSchemes: offer.signatureSchemes,
    serverName: offer.serverName,
    keyShares: shares.map(({ group, key }) => ({ group, key })),
    further: [...besides, ...(offer.schemesOfChain ? [] : [anyChain]), ...extensions],
  } as const;
  const record = encodeClientHello(
    offer.session === undefined ? hello : { ...hello, preSharedKey: identityOf(offer.session) },
  );
  return { record: bound(record, offer.session, before), shares, random };
}

/** Of the pre_shared_key extension: one identity, and a binder of zeros (RFC 8446 §4.2.11). */
function identityOf(session: Session13): Buffer {
  const { ticket } = session;
  // The age is given as 0 ms: no clock is read here, and it only matters for early data, which is never sent.
  const identity = Buffer.concat([vector(2, ticket.bytes), uint(4, ticket.ageAdd)]);
  return Buffer.concat([vector(2, identity), Buffer.alloc(bindersBytes(session))]);
}

function bindersBytes({ suite }: Session13): number {
  return 2 + 1 + (protections.get(suite)?.digest === 'sha384' ? 48 : 32);
}

/** Puts the binder in, a MAC over all that comes before the list of binders (RFC 8446 §4.2.11.2). */
function bound(record: Buffer, session: Session13 | undefined, before: readonly Uint8Array[]): Buffer {
  if (session === undefined) return record;
  const digest = protections.get(session.suite)?.digest ?? 'sha256';
  const start = record.length - bindersBytes(session);
  const truncated = messageOf(record.subarray(0, start));
  const key = deriveSecret(digest, earlySecret(digest, session.key), 'res binder', digestOf(digest));
  const binder = finishedMac(digest, key, digestOf(digest, ...before, truncated));
  return Buffer.concat([record.subarray(0, start), vector(2, vector(1, binder))]);
}
