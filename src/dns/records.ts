import { Buffer } from 'node:buffer';
import { formatIpAddress } from '../model/index.ts';
import { type DnsName, readName } from './name.ts';

/** Types that are asked for, with their numbers (IANA, DNS Parameters). */
export const typeNumbers = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  TLSA: 52,
  AXFR: 252,
  CAA: 257,
} as const;
export type RecordType = keyof typeof typeNumbers;

/** What one record says. */
type RecordData =
  | { readonly type: 'A' | 'AAAA'; readonly address: string }
  | { readonly type: 'CNAME' | 'NS'; readonly target: DnsName }
  | { readonly type: 'MX'; readonly preference: number; readonly target: DnsName }
  /** Its strings joined; one character an octet. */
  | { readonly type: 'TXT'; readonly text: string }
  | { readonly type: 'CAA'; readonly flags: number; readonly tag: string; readonly value: string }
  | {
      readonly type: 'TLSA';
      readonly usage: number;
      readonly selector: number;
      readonly matching: number;
      readonly dataBytes: number;
    }
  | { readonly type: 'SOA' }
  | { readonly type: 'other'; readonly number: number };

export type DnsRecord = RecordData & { readonly name: DnsName };

/**
 * Reads the data of a record; `offset` and `length` lie inside the message.
 *
 * @returns undefined for data that its type cannot have
 */
export function readData(
  message: Uint8Array,
  typeNumber: number,
  offset: number,
  length: number,
): RecordData | undefined {
  const data = message.subarray(offset, offset + length);
  switch (typeNumber) {
    case typeNumbers.A:
      return length === 4 ? { type: 'A', address: formatIpAddress(data) } : undefined;
    case typeNumbers.AAAA:
      return length === 16 ? { type: 'AAAA', address: formatIpAddress(data) } : undefined;
    case typeNumbers.NS:
      return readTarget('NS', message, offset, offset + length);
    case typeNumbers.CNAME:
      return readTarget('CNAME', message, offset, offset + length);
    case typeNumbers.MX:
      return readMx(message, offset, length);
    case typeNumbers.TXT:
      return readText(data);
    case typeNumbers.CAA:
      return readCaa(data);
    case typeNumbers.TLSA:
      return readTlsa(data);
    case typeNumbers.SOA:
      return { type: 'SOA' };
    default:
      return { type: 'other', number: typeNumber };
  }
}

function readTarget(
  type: 'CNAME' | 'NS',
  message: Uint8Array,
  offset: number,
  end: number,
): RecordData | undefined {
  const read = readName(message, offset);
  return read?.next === end ? { type, target: read.name } : undefined;
}

function readMx(message: Uint8Array, offset: number, length: number): RecordData | undefined {
  const read = length < 3 ? undefined : readName(message, offset + 2);
  if (read === undefined || read.next !== offset + length) return undefined;
  const preference = ((message[offset] ?? 0) << 8) | (message[offset + 1] ?? 0);
  return { type: 'MX', preference, target: read.name };
}

function readText(data: Uint8Array): RecordData | undefined {
  const strings: string[] = [];
  for (let at = 0; at < data.length; ) {
    const end = at + 1 + (data[at] ?? 0);
    if (end > data.length) return undefined;
    strings.push(latin1(data.subarray(at + 1, end)));
    at = end;
  }
  return { type: 'TXT', text: strings.join('') };
}

/** RFC 8659 §4.1. */
function readCaa(data: Uint8Array): RecordData | undefined {
  const [flags, tagLength] = data;
  if (flags === undefined || tagLength === undefined || 2 + tagLength > data.length) return undefined;
  const tag = latin1(data.subarray(2, 2 + tagLength)).toLowerCase();
  return { type: 'CAA', flags, tag, value: latin1(data.subarray(2 + tagLength)) };
}

/** RFC 6698 §2.1. */
function readTlsa(data: Uint8Array): RecordData | undefined {
  const [usage, selector, matching] = data;
  if (usage === undefined || selector === undefined || matching === undefined) return undefined;
  return { type: 'TLSA', usage, selector, matching, dataBytes: data.length - 3 };
}

const latin1 = (octets: Uint8Array): string => Buffer.from(octets).toString('latin1');
