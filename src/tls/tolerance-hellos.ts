import { Buffer } from 'node:buffer';
import type { Found } from './elimination.ts';
import type { Enumeration } from './enumeration.ts';
import type { Tolerated } from './facts/tolerance.ts';
import {
  type Draft,
  type HelloOptions,
  type Offer,
  smallDraftHello,
  smallGroups,
  smallHelloRoom,
  smallSignatureSchemes,
} from './offers.ts';
import { contentType, extensionType, type RecordVersion } from './registry.ts';
import { plainRecord } from './writer.ts';

/** What the plain hello of a version offers: what is known to be accepted. */
export interface Plain {
  readonly version: Exclude<RecordVersion, 'SSLv3'>;
  readonly suites: readonly number[];
  readonly groups: readonly number[];
}

/** Of the highest version with a suite that was seen; undefined where there is none from TLS 1.0 on. */
export function plainOf({ clear, joint }: Enumeration, options: HelloOptions): Plain | undefined {
  if (joint !== undefined && joint.suites.length > 0) {
    return { version: 'TLSv1.3', suites: itemsOf(joint.suites), groups: itemsOf(joint.groups) };
  }
  const highest = clear.find(({ found }) => found.length > 0);
  if (highest === undefined || highest.version === 'SSLv3') return undefined;
  const room = smallHelloRoom(highest.version, options);
  return { version: highest.version, suites: itemsOf(highest.found).slice(0, room), groups: smallGroups };
}

function itemsOf(found: readonly Found[]): readonly number[] {
  return found.map(({ item }) => item);
}

/** RFC 8701 §2: of each kind one number that is never assigned. */
const unassigned = 0x7a7a;
/** A version after TLS 1.3, and one that is never assigned (RFC 8701 §2). */
const versionsToCome = [0x5a5a, 0x0305];
const strangeExtensions = [
  { type: 0x2a2a, body: Buffer.alloc(0) },
  { type: unassigned, body: Buffer.from([0]) },
];

const lengths: Partial<Record<Tolerated, number>> = {
  'length-500': 500,
  'length-1500': 1500,
  'length-5000': 5000,
};

/** The plain hello, changed in these things; undefined where the version's hellos do not carry one of them. */
export function changedHello(
  changed: readonly Tolerated[],
  plain: Plain,
  options: HelloOptions,
  label: string,
): Offer | undefined {
  if (!changed.every((item) => carries(plain, item))) return undefined;
  const encode = (further: NonNullable<Draft['further']>): Offer => {
    const unchanged: Draft = { suites: plain.suites, groups: plain.groups };
    const drafted: Draft = Object.assign(unchanged, ...changed.map((item) => draftOf(item, plain)));
    return smallDraftHello(plain.version, options, { label }, { ...drafted, further });
  };
  const further = changed.includes('extensions') ? strangeExtensions : [];
  const length = Math.max(0, ...changed.map((item) => lengths[item] ?? 0));
  const offer = encode(length === 0 ? further : [...further, paddingOf(encode(further), length)]);
  return changed.includes('fragments') ? inTwoRecords(offer) : offer;
}

/** Signature schemes came with TLS 1.2 (RFC 5246 §7.4.1.4.1). */
const carries = ({ version }: Plain, item: Tolerated): boolean =>
  item !== 'signature-schemes' || version === 'TLSv1.3' || version === 'TLSv1.2';

function draftOf(item: Tolerated, { version, suites, groups }: Plain): Partial<Draft> {
  switch (item) {
    case 'version':
      // RFC 8446 §4.2.1: before TLS 1.3 the field is all there is; after it servers must not look at it.
      return version === 'TLSv1.3' ? { furtherVersions: versionsToCome } : { clientVersion: 0x0304 };
    case 'suites':
      return { suites: [unassigned, ...suites] };
    case 'groups':
      return { groups: [unassigned, ...groups] };
    case 'signature-schemes':
      return { signatureSchemes: [unassigned, ...smallSignatureSchemes] };
    default:
      return {};
  }
}

const recordHeaderBytes = 5;
const extensionHeaderBytes = 4;

/** As long as the message then is as wanted: lengths in the field are those of the handshake message (RFC 7685 §4). */
function paddingOf({ bytes }: Offer, wanted: number): { type: number; body: Buffer } {
  const without = bytes.length - recordHeaderBytes + extensionHeaderBytes;
  return { type: extensionType.padding, body: Buffer.alloc(Math.max(wanted - without, 1)) };
}

/** The first ends in the middle of the client's random. */
const firstFragmentBytes = 20;

function inTwoRecords(offer: Offer): Offer {
  const version = offer.bytes.readUInt16BE(1);
  const message = offer.bytes.subarray(recordHeaderBytes);
  const parts = [message.subarray(0, firstFragmentBytes), message.subarray(firstFragmentBytes)];
  const records = parts.map((part) => plainRecord(contentType.handshake, version, part));
  return { ...offer, bytes: Buffer.concat(records) };
}
