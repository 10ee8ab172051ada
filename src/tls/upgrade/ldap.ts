import { Buffer } from 'node:buffer';
import type { Upgrade } from './outcome.ts';
import { foreign, type Preamble } from './preamble.ts';

const startTls = '1.3.6.1.4.1.1466.20037';
const tag = { sequence: 0x30, integer: 2, enumerated: 10, requestName: 0x80, request: 0x77, response: 0x78 };
const longestMessage = 4096;

/** LDAP: an ExtendedRequest (RFC 4511 §4.14) answered by its result code. */
export function* upgradeLdap(): Preamble<Upgrade> {
  const message = elementIn(Buffer.from(yield { say: request(), message: messageIn }), tag.sequence);
  const id = elementIn(message.body, tag.integer);
  const response = elementIn(id.rest, tag.response);
  const code = integerOf(elementIn(response.body, tag.enumerated).body);
  // Message 0 is the notice of disconnection (RFC 4511 §4.4.1).
  if (integerOf(id.body) === 0) return { kind: 'unavailable', code: String(code), announced: {} };
  if (integerOf(id.body) !== 1) throw foreign('the answer to message 1', 'another');
  // 51 busy, 52 unavailable: of now, not of TLS.
  const kind = code === 0 ? 'upgraded' : code === 51 ? 'unavailable' : 'refused';
  return { kind, code: String(code), announced: {} };
}

function request(): Buffer {
  const name = Buffer.from(startTls);
  const body = Buffer.from([tag.integer, 1, 1, tag.request, name.length + 2, tag.requestName, name.length]);
  return Buffer.concat([Buffer.from([tag.sequence, body.length + name.length]), body, name]);
}

interface Element {
  readonly body: Buffer;
  readonly rest: Buffer;
}

/** Lengths of BER may be longer than they need to be (RFC 4511 §5.1): Active Directory's are. */
function elementIn(bytes: Buffer, expected: number): Element {
  const length = lengthIn(bytes);
  if (bytes[0] !== expected || length === undefined) throw foreign('an element of LDAP', 'another');
  const { from, to } = length;
  if (to > bytes.length) throw foreign('a whole element of LDAP', 'a part of one');
  return { body: bytes.subarray(from, to), rest: bytes.subarray(to) };
}

function messageIn(received: Uint8Array): number | undefined {
  if (received.length > 0 && received[0] !== tag.sequence)
    throw foreign('a message of LDAP', 'something else');
  const length = lengthIn(received);
  if (length === undefined) return undefined;
  if (length.to > longestMessage) throw foreign(`at most ${longestMessage} bytes`, 'more');
  return received.length < length.to ? undefined : length.to;
}

function lengthIn(bytes: Uint8Array): { readonly from: number; readonly to: number } | undefined {
  const first = bytes[1];
  if (first === undefined) return undefined;
  if (first < 0x80) return { from: 2, to: 2 + first };
  const octets = first & 0x7f;
  if (octets === 0 || octets > 4) throw foreign('a definite length', 'another');
  if (bytes.length < 2 + octets) return undefined;
  const length = bytes.subarray(2, 2 + octets).reduce((sum, byte) => sum * 256 + byte, 0);
  return { from: 2 + octets, to: 2 + octets + length };
}

function integerOf(body: Uint8Array): number {
  if (body.length === 0 || body.length > 4) throw foreign('an integer of at most 4 bytes', 'another');
  return body.reduce((sum, byte) => sum * 256 + byte, 0);
}
