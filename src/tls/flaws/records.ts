import { contentType, protocolVersions, type RecordVersion } from '../registry.ts';

/** The header of one record that a server sent. */
interface RecordHeader {
  readonly type: number;
  readonly length: number;
  /** Where its body begins. */
  readonly at: number;
}

const headerBytes = 5;

/** The records in what a server sent, the last one even where its body is cut off. */
function recordHeaders(received: Uint8Array): readonly RecordHeader[] {
  const headers: RecordHeader[] = [];
  for (let at = 0; at + headerBytes <= received.length; ) {
    const [type = 0, , , high = 0, low = 0] = received.subarray(at, at + headerBytes);
    const length = high * 256 + low;
    headers.push({ type, length, at: at + headerBytes });
    at += headerBytes + length;
  }
  return headers;
}

/** What a server said to something that it should refuse: an alert's number, another record's type, or nothing. */
export type Reaction =
  | { readonly kind: 'alert'; readonly description: number }
  | { readonly kind: 'record'; readonly type: number }
  | { readonly kind: 'nothing' };

/** Of the first record; an alert in the clear is two bytes long, of which the second tells what. */
export function reactionIn(received: Uint8Array): Reaction {
  const [first] = recordHeaders(received);
  if (first === undefined) return { kind: 'nothing' };
  const description = received[first.at + 1];
  if (first.type !== contentType.alert || first.length !== 2 || description === undefined)
    return { kind: 'record', type: first.type };
  return { kind: 'alert', description };
}

/** Enough was heard when the first record's header is there, and its body where that is an alert. */
export function untilReaction(): (chunk: Uint8Array) => boolean {
  let seen = new Uint8Array();
  return (chunk) => {
    seen = Uint8Array.from([...seen, ...chunk.subarray(0, 16)]).subarray(0, 16);
    const [first] = recordHeaders(seen);
    if (first === undefined) return false;
    return first.type !== contentType.alert || seen.length >= first.at + Math.min(first.length, 2);
  };
}

/** What may be kept of a reaction: the first record's header and, of an alert, its two bytes. Never more. */
export function keptReaction(received: Uint8Array): Uint8Array {
  const [first] = recordHeaders(received);
  if (first === undefined) return received.subarray(0, headerBytes);
  return received.subarray(0, first.type === contentType.alert ? first.at + 2 : first.at);
}

/** One record in the clear. */
export function plainRecord(
  type: number,
  version: RecordVersion,
  body: readonly number[] | Uint8Array,
): Uint8Array {
  const code = protocolVersions[version];
  return Uint8Array.from([type, code >> 8, code & 255, body.length >> 8, body.length & 255, ...body]);
}
