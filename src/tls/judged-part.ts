import { Buffer } from 'node:buffer';
import { FlightReader } from './record.ts';
import { contentType, handshakeType } from './registry.ts';

const headerBytes = 5;
const messageHeaderBytes = 4;
/** As long as a message may be that a flight reader takes. */
const messageCapBytes = 128 * 1024;
const alertBytes = 2;

/** How far the records of one content type are judged, in bytes of their bodies. */
interface Cut {
  readonly at: number;
  /** Nothing of the flight is judged after it. */
  readonly last: boolean;
  /** Whether a whole message is before it. */
  readonly whole: boolean;
}

/**
 * What is judged of a first flight in the clear, and therefore kept: up to its ServerHelloDone, its alert, or the last
 * message that is whole. Of records that say nothing the header alone, with a length of zero; of bytes that are no
 * record only as many as show it, and none where a message has come: what is there may be a secret. A FlightReader that is fed
 * the part comes to the same end as one that is fed all.
 */
export function judgedPart(received: Uint8Array): Uint8Array {
  const records = wholeRecords(received);
  const messages = messagesCut(streamOf(records, contentType.handshake));
  const alerts = alertsCut(streamOf(records, contentType.alert));
  const cuts = new Map<number, Cut>([
    [contentType.handshake, messages],
    [contentType.alert, alerts],
  ]);
  const passed = new Map<number, number>();
  const kept: Uint8Array[] = [];
  for (const { type, record } of records) {
    const cut = cuts.get(type);
    const before = passed.get(type) ?? 0;
    const after = before + record.length - headerBytes;
    passed.set(type, after);
    kept.push(shortened(record, Math.max(0, Math.min(after, cut?.at ?? 0) - before)));
    if (cut?.last === true && after >= cut.at) return Buffer.concat(kept);
  }
  const end = records.reduce((sum, { record }) => sum + record.length, 0);
  if (!messages.whole) kept.push(noRecord(received.subarray(end)));
  return Buffer.concat(kept);
}

interface WholeRecord {
  readonly type: number;
  /** Header included. */
  readonly record: Uint8Array;
}

/** Up to the first bytes that are no whole record. */
function wholeRecords(received: Uint8Array): readonly WholeRecord[] {
  const records: WholeRecord[] = [];
  for (let at = 0; at + headerBytes <= received.length; ) {
    const header = received.subarray(at, at + headerBytes);
    const [type = 0, , , high = 0, low = 0] = header;
    const end = at + headerBytes + high * 256 + low;
    if (isForeign(header) || end > received.length) break;
    records.push({ type, record: received.subarray(at, end) });
    at = end;
  }
  return records;
}

function isForeign(header: Uint8Array): boolean {
  const reader = new FlightReader();
  reader.push(header);
  return reader.end?.kind === 'broken';
}

function streamOf(records: readonly WholeRecord[], wanted: number): Uint8Array {
  const own = records.filter(({ type }) => type === wanted);
  return Buffer.concat(own.map(({ record }) => record.subarray(headerBytes)));
}

function messagesCut(stream: Uint8Array): Cut {
  let at = 0;
  while (at + messageHeaderBytes <= stream.length) {
    const [type, high = 0, middle = 0, low = 0] = stream.subarray(at, at + messageHeaderBytes);
    const length = high * 65_536 + middle * 256 + low;
    if (length > messageCapBytes)
      return { at: at === 0 ? messageHeaderBytes : at, last: true, whole: at > 0 };
    if (at + messageHeaderBytes + length > stream.length) break;
    const isJudged = at > 0 || type === handshakeType.serverHello;
    at += messageHeaderBytes + length;
    if (type === handshakeType.serverHelloDone || !isJudged) return { at, last: true, whole: true };
  }
  return at === 0 ? { at: stream.length, last: false, whole: false } : { at, last: false, whole: true };
}

function alertsCut(stream: Uint8Array): Cut {
  const reader = new FlightReader();
  for (let at = 0; at + alertBytes <= stream.length; at += alertBytes) {
    reader.push(
      Buffer.from([contentType.alert, 3, 3, 0, alertBytes, ...stream.subarray(at, at + alertBytes)]),
    );
    if (reader.end !== undefined) return { at: at + alertBytes, last: true, whole: false };
  }
  return { at: stream.length, last: false, whole: false };
}

function shortened(record: Uint8Array, length: number): Uint8Array {
  if (record.length === headerBytes + length) return record;
  return Buffer.concat([
    record.subarray(0, 3),
    Buffer.from([length >> 8, length & 255]),
    record.subarray(headerBytes, headerBytes + length),
  ]);
}

/** Only as much as shows that it is no whole record. */
function noRecord(rest: Uint8Array): Uint8Array {
  const header = rest.subarray(0, headerBytes);
  const shown = [1, 2].find((length) => isForeign(header.subarray(0, length)));
  return header.subarray(0, shown ?? headerBytes);
}
