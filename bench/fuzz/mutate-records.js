import { joined } from './bytes.js';
import { tlsWords } from './dictionary.js';

const handshake = 22;

/**
 * Changes the structure of an input of TLS records: cut and joined otherwise (down to records of one byte), given twice,
 * dropped, in another order, of another type; records put between; handshake messages with other lengths. What is no
 * record stays as it is, at the end.
 */
export function mutateRecords(bytes, random) {
  const { records, rest } = split(bytes);
  if (records.length === 0) return joined(random.pick(tlsWords), bytes);
  random.pick(operations)(records, random);
  return joined(...records.map(encoded), rest);
}

const drop = (records, random) => records.splice(random.below(records.length), 1);
const double = (records, random) => {
  const at = random.below(records.length);
  records.splice(at, 0, ...Array(random.oneIn(6) ? 100 : 1).fill(records[at]));
};
const swap = (records, random) => {
  const [a, b] = [random.below(records.length), random.below(records.length)];
  [records[a], records[b]] = [records[b], records[a]];
};
const retype = (records, random) => {
  const at = random.below(records.length);
  records[at] = { ...records[at], type: random.pick([20, 21, 22, 23, 24, random.below(256)]) };
};
const reversion = (records, random) => {
  const at = random.below(records.length);
  records[at] = {
    ...records[at],
    version: random.pick([0x0300, 0x0301, 0x0303, 0x0304, 0x0002, random.below(65_536)]),
  };
};
const put = (records, random) => {
  const body = random.pick([
    [],
    [1],
    [1, 112],
    [2, 40],
    [2, 70],
    [1, 0],
    [2],
    [14, 0, 0, 0],
    [11, 0, 0, 3, 0, 0, 0],
    [0, 0, 0, 0],
  ]);
  const record = { type: random.pick([20, 21, 22, 23, 24]), version: 0x0303, body: Uint8Array.from(body) };
  records.splice(random.below(records.length + 1), 0, ...Array(random.oneIn(10) ? 300 : 1).fill(record));
};
/** All handshake records as one content, cut anew. */
const recut = (records, random) => {
  const whole = joined(...records.filter(({ type }) => type === handshake).map(({ body }) => body));
  const others = records.filter(({ type }) => type !== handshake);
  const longest = random.pick([1, 2, 4, 5, 50, 16_384]);
  const cut = [];
  for (let at = 0; at < whole.length; ) {
    const length = longest === 50 ? 1 + random.below(50) : longest;
    cut.push({ type: handshake, version: 0x0303, body: whole.subarray(at, at + length) });
    at += length;
  }
  records.splice(0, records.length, ...cut, ...others);
};
/** The three bytes of a message's length, at the start of a record. */
const mislength = (records, random) => {
  const at = random.below(records.length);
  const body = Uint8Array.from(records[at].body);
  if (body.length < 4) return;
  const length = random.pick([0, 1, body.length - 5, body.length - 3, 0x20000, 0x20001, 0xffffff]);
  body.set([(length >> 16) & 255, (length >> 8) & 255, length & 255], 1);
  records[at] = { ...records[at], body };
};

const operations = [drop, double, swap, retype, reversion, put, put, recut, recut, mislength];

function split(bytes) {
  const records = [];
  let at = 0;
  while (at + 5 <= bytes.length) {
    const length = bytes[at + 3] * 256 + bytes[at + 4];
    if (bytes[at + 1] !== 3 || at + 5 + length > bytes.length) break;
    records.push({
      type: bytes[at],
      version: bytes[at + 1] * 256 + bytes[at + 2],
      body: bytes.subarray(at + 5, at + 5 + length),
    });
    at += 5 + length;
  }
  return { records, rest: bytes.subarray(at) };
}

function encoded({ type, version, body }) {
  return joined([type, version >> 8, version & 255, body.length >> 8, body.length & 255], body);
}
