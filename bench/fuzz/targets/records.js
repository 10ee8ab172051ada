import { FlightReader } from '../../../dist/tls/record.js';
import { joined } from '../bytes.js';
import { foundInputs } from '../corpus.js';
import { holds, same } from '../executor.js';
import { hashBytes, randomFrom } from '../random.js';
import { received } from './seeds.js';

/** Records and messages in the clear: `FlightReader`. */
export const records = {
  name: 'tls-records',
  about: 'records, handshake messages and alerts in the clear, however they are cut',
  form: 'tls',
  share: 12,
  limitBytes: 24 * 1024,
  errors: /^$/,
  files: ['tls/record', 'tls/reader'],
  seeds: () => [...received(), ...foundInputs('tls-records')],
  run(bytes) {
    const whole = read([bytes]);
    if (someTimes(bytes)) sameInPackets(bytes, whole);
    const handedOut = whole.messages.reduce((sum, { body }) => sum + 4 + body.length, 0);
    holds(handedOut <= bytes.length, 'no more is handed out than came');
    if (handedOut < 400 && someTimes(bytes))
      holds(
        sameMessages(read([oneByteRecords(whole.messages)]).messages, whole.messages),
        'records of one byte change nothing',
      );
    return whole.rest.end?.kind ?? (whole.messages.length > 0 ? 'messages' : 'nothing');
  },
};

/** Of one input in four: the laws that cost the most. */
export function someTimes(bytes) {
  return ((bytes.length + (bytes[bytes.length >> 1] ?? 0)) & 3) === 0;
}

function sameInPackets(bytes, whole) {
  const pieces = read(cut(bytes));
  same(pieces.rest, whole.rest, 'packets change nothing');
  holds(sameMessages(pieces.messages, whole.messages), 'packets change no message');
}

function read(chunks) {
  const reader = new FlightReader();
  for (const chunk of chunks) reader.push(chunk);
  const { messages, warnings, end } = reader;
  return { messages, rest: { warnings, end, partial: end === undefined ? reader.partial : undefined } };
}

function sameMessages(a, b) {
  return (
    a.length === b.length &&
    a.every(({ type, body }, index) => type === b[index].type && Buffer.compare(body, b[index].body) === 0)
  );
}

/** Pieces whose lengths follow from the bytes. */
export function cut(bytes) {
  const random = randomFrom(hashBytes(bytes.subarray(0, 64)));
  const longest = random.pick(bytes.length < 300 ? [1, 3, 7, 100] : [100, 700, 2000]);
  const pieces = [];
  for (let at = 0; at < bytes.length; ) {
    const length = 1 + random.below(longest);
    pieces.push(bytes.subarray(at, at + length));
    at += length;
  }
  return pieces;
}

function oneByteRecords(messages) {
  const wire = [];
  for (const { type, body } of messages) {
    const message = joined([type, body.length >> 16, (body.length >> 8) & 255, body.length & 255], body);
    for (const byte of message) wire.push(22, 3, 3, 0, 1, byte);
  }
  return Uint8Array.from(wire);
}
