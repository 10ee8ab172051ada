import { AUTHENTIC_DATA, encode, type RecordType as PacketType, RECURSION_DESIRED } from 'dns-packet';
import { type DnsName, readName } from './name.ts';
import { type DnsRecord, type RecordType, readData } from './records.ts';

/** RFC 1035 §4.1.1, RFC 6895 §2.3. */
const rcodes = [
  'NOERROR',
  'FORMERR',
  'SERVFAIL',
  'NXDOMAIN',
  'NOTIMP',
  'REFUSED',
  'YXDOMAIN',
  'YXRRSET',
  'NXRRSET',
  'NOTAUTH',
];

export interface Query {
  readonly name: DnsName;
  readonly type: RecordType;
  readonly id: number;
  /** True for a recursive server, which is asked to say what it validated; false for one that is to know by itself. */
  readonly recursive: boolean;
  /** False towards servers that do not understand EDNS (RFC 6891 §6.2.2). */
  readonly edns: boolean;
}

/** What fits into one datagram on every path (DNS flag day 2020). */
const udpPayloadBytes = 1232;

/** A query as it goes over the wire, without the length that TCP puts before it. The name is askable. */
export function encodeQuery({ name, type, id, recursive, edns }: Query): Uint8Array {
  return encode({
    type: 'query',
    id,
    flags: recursive ? RECURSION_DESIRED | AUTHENTIC_DATA : 0,
    questions: [{ name, type: type as PacketType, class: 'IN' }],
    additionals: edns
      ? [
          {
            name: '.',
            type: 'OPT',
            udpPayloadSize: udpPayloadBytes,
            extendedRcode: 0,
            ednsVersion: 0,
            flags: 0,
            flag_do: false,
            options: [],
          },
        ]
      : [],
  });
}

export interface Message {
  readonly authoritative: boolean;
  readonly truncated: boolean;
  /** The server says that it validated the answer (DNSSEC). */
  readonly authentic: boolean;
  /** A name as IANA has it, or `RCODE17`. */
  readonly rcode: string;
  readonly answers: readonly DnsRecord[];
  readonly authorities: readonly DnsRecord[];
}

const headerBytes = 12;
/** A message of 64 KB could hold 5000. */
const maxRecords = 1024;
const internet = 1;
const opt = 41;

const uint16 = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

/**
 * Whether a message answers a query (RFC 5452 §9.1): a response with its id, opcode and question. An error may come
 * without the question; it answers nothing.
 */
export function answers(response: Uint8Array, query: Uint8Array): boolean {
  const flags = uint16(response, 2);
  if (response.length < headerBytes || uint16(response, 0) !== uint16(query, 0)) return false;
  if ((flags & 0xf800) !== 0x8000) return false;
  const rcode = flags & 0xf;
  if (uint16(response, 4) === 0) return rcode !== 0 && rcode !== 3;
  const end = questionEnd(query);
  if (uint16(response, 4) !== 1 || end === undefined || response.length < end) return false;
  return lower(response, end) === lower(query, end);
}

function lower(message: Uint8Array, end: number): string {
  return String.fromCharCode(...message.subarray(headerBytes, end)).toLowerCase();
}

function questionEnd(message: Uint8Array): number | undefined {
  const read = readName(message, headerBytes);
  return read && read.next + 4;
}

/** Reads a message; undefined for what is none, or has more records than any answer to our questions. */
export function decodeMessage(bytes: Uint8Array): Message | undefined {
  if (bytes.length < headerBytes) return undefined;
  const counts = [6, 8, 10].map((at) => uint16(bytes, at));
  if (counts.reduce((sum, count) => sum + count, 0) > maxRecords) return undefined;
  const start = uint16(bytes, 4) === 0 ? headerBytes : questionEnd(bytes);
  if (start === undefined || uint16(bytes, 4) > 1) return undefined;
  const records = readRecords(bytes, start, counts);
  return records && messageOf(uint16(bytes, 2), records);
}

/** A message cut off after its first answer; as it is where it has none that can be read. */
export function upToFirstAnswer(bytes: Uint8Array): Uint8Array {
  const start = uint16(bytes, 4) === 0 ? headerBytes : questionEnd(bytes);
  if (start === undefined || bytes.length < headerBytes) return bytes;
  if (uint16(bytes, 6) === 0) return bytes.subarray(0, start);
  return bytes.subarray(0, readRecord(bytes, start)?.next ?? bytes.length);
}

/** Reads a message as far as its first answer; undefined while that is not there, or for what is none. */
export function decodeFirstAnswer(bytes: Uint8Array): Message | undefined {
  if (bytes.length < headerBytes) return undefined;
  const head = Uint8Array.from(bytes);
  head[6] = 0;
  head[7] = uint16(bytes, 6) === 0 ? 0 : 1;
  head.fill(0, 8, headerBytes);
  return decodeMessage(head);
}

interface Framed {
  readonly record: DnsRecord;
  readonly ttl: number;
}

function readRecords(
  bytes: Uint8Array,
  start: number,
  counts: readonly number[],
): readonly (readonly Framed[])[] | undefined {
  const sections: Framed[][] = [];
  let at = start;
  for (const count of counts) {
    const section: Framed[] = [];
    for (let index = 0; index < count; index++) {
      const read = readRecord(bytes, at);
      if (read === undefined) return undefined;
      section.push(read.framed);
      at = read.next;
    }
    sections.push(section);
  }
  return sections;
}

function readRecord(
  bytes: Uint8Array,
  at: number,
): { readonly framed: Framed; readonly next: number } | undefined {
  const owner = readName(bytes, at);
  if (owner === undefined || owner.next + 10 > bytes.length) return undefined;
  const typeNumber = uint16(bytes, owner.next);
  const length = uint16(bytes, owner.next + 8);
  const offset = owner.next + 10;
  if (offset + length > bytes.length) return undefined;
  // Other classes hold nothing that was asked for; OPT keeps its size there.
  const isInternet = uint16(bytes, owner.next + 2) === internet;
  const data = isInternet
    ? readData(bytes, typeNumber, offset, length)
    : ({ type: 'other', number: typeNumber } as const);
  if (data === undefined) return undefined;
  const ttl = uint16(bytes, owner.next + 4) * 65_536 + uint16(bytes, owner.next + 6);
  return { framed: { record: { ...data, name: owner.name }, ttl }, next: offset + length };
}

function messageOf(
  flags: number,
  [answered = [], authorities = [], additionals = []]: readonly (readonly Framed[])[],
): Message {
  // RFC 6891 §6.1.3: the upper eight bits of the response code are the first of OPT's time to live.
  const edns = additionals.find(({ record }) => record.type === 'other' && record.number === opt);
  const rcode = (Math.floor((edns?.ttl ?? 0) / 0x1000000) << 4) | (flags & 0xf);
  return {
    authoritative: (flags & 0x400) !== 0,
    truncated: (flags & 0x200) !== 0,
    authentic: (flags & 0x20) !== 0,
    rcode: rcodes[rcode] ?? `RCODE${rcode}`,
    answers: answered.map(({ record }) => record),
    authorities: authorities.map(({ record }) => record),
  };
}
