import { createCipheriv, createHmac } from 'node:crypto';
import { joined } from '../bytes.js';
import { corpusJson, foundInputs } from '../corpus.js';
import { holds, same } from '../executor.js';
import { talkNames, tellBytes } from '../talks.js';
import { cut, someTimes } from './records.js';

const files = [
  'flight13',
  'flight12',
  'handshake13',
  'handshake12',
  'record-layer',
  'protection12',
  'protection13',
  'certificate-request',
  'key-exchange',
  'server-key',
  'signature',
  'ticket',
  'finite-field',
].map((file) => `tls/handshake/${file}`);
const fromHex = (text) => Uint8Array.from(Buffer.from(text, 'hex'));
const recorded = () =>
  corpusJson('talks').map(({ name, received }) => ({ name, received: fromHex(received) }));

/** All that a server sends in a handshake that assay makes itself; the first octet chooses the version. */
export const handshake = {
  name: 'tls-handshake',
  about: "a server's side of assay's own handshakes, TLS 1.0 to 1.3",
  form: 'tls',
  share: 2,
  batch: 200,
  inputMs: 250,
  limitBytes: 16 * 1024,
  errors: /^$/,
  files,
  seeds: () => [
    ...recorded().map(({ name, received }) => joined([talkNames.indexOf(name)], received)),
    ...foundInputs('tls-handshake'),
  ],
  run(bytes) {
    const name = talkNames[(bytes[0] ?? 0) % talkNames.length];
    const { value, steps } = tellBytes(name, [bytes.subarray(1)]);
    holds(value !== undefined && steps < 20, 'a handshake has an end');
    if (someTimes(bytes))
      same(shown(tellBytes(name, cut(bytes.subarray(1))).value), shown(value), 'packets change nothing');
    return outcome(name, value);
  },
};

function outcome(name, { finished, certificates, alert, broken }) {
  if (finished) return `${name} finished`;
  if (certificates !== undefined) return `${name} certificates`;
  return alert !== undefined ? 'alert' : broken !== undefined ? 'broken' : 'not whole';
}

/** What the server showed up to its Finished: what comes after depends on when we had our say, and so on packets. */
function shown({ finished, version, suite, group, certificates, proof, broken, alert }) {
  const end = finished ? {} : { broken, alert };
  const sent = certificates?.map(({ der }) => Buffer.from(der).toString('hex'));
  return JSON.stringify({ finished, version, suite, group, sent, proof, ...end });
}

const model = recorded().find(({ name }) => name === 'TLSv1.3');
const opened = model && tellBytes('TLSv1.3', [model.received]).value;

/** Messages that a hostile server seals properly, under the keys of a real handshake. */
export const sealedFlight = {
  name: 'tls-handshake-sealed',
  about: 'what a hostile server sends under the keys of a TLS 1.3 handshake',
  form: 'tls',
  share: 2,
  batch: 200,
  inputMs: 250,
  limitBytes: 16 * 1024,
  errors: /^$/,
  files: files.filter((file) => !/12$|server-key|finite-field/.test(file)),
  seeds: () => {
    holds(opened?.finished === true, 'the recorded handshakes are of this hello (else make the corpus anew)');
    return [
      clearFlight(),
      Uint8Array.from([22, 3, 3, 0, 0, 21, 3, 3, 0, 2, 2, 40, 23, 3, 3, 0, 1, 0]),
      ...foundInputs('tls-handshake-sealed'),
    ];
  },
  run(bytes) {
    const stream = joined(firstRecord(model.received), ...sealed(bytes));
    const { value, steps } = tellBytes('TLSv1.3', [stream]);
    holds(value !== undefined && steps < 20, 'a handshake has an end');
    return outcome('TLSv1.3', value);
  },
};

function firstRecord(bytes) {
  return bytes.subarray(0, 5 + bytes[3] * 256 + bytes[4]);
}

/** The messages of a flight in records as if they were in the clear. */
function clearFlight() {
  const message = (type, body) =>
    joined([type, body.length >> 16, (body.length >> 8) & 255, body.length & 255], body);
  const record = (body) => joined([22, 3, 3, body.length >> 8, body.length & 255], body);
  const list = joined(
    ...(opened.certificates ?? []).map(({ der }) =>
      joined([der.length >> 16, (der.length >> 8) & 255, der.length & 255], der, [0, 0]),
    ),
  );
  const certificate = joined([0, list.length >> 16, (list.length >> 8) & 255, list.length & 255], list);
  const request = [0, 0, 16, 0, 13, 0, 4, 0, 2, 4, 3, 0, 47, 0, 4, 0, 2, 0, 0];
  return joined(
    record(message(8, Uint8Array.from([0, 6, 0, 10, 0, 2, 0, 0]))),
    record(message(13, Uint8Array.from(request))),
    record(message(11, certificate)),
    record(message(15, Uint8Array.from([4, 3, 0, 2, 1, 1]))),
    record(message(20, new Uint8Array(32))),
    record(message(4, Uint8Array.from([0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 1, 9, 0, 0]))),
  );
}

function* sealed(bytes) {
  const line = opened.keylog.find((one) => one.startsWith('SERVER_HANDSHAKE_TRAFFIC_SECRET'));
  const secret = Buffer.from(line.split(' ')[2], 'hex');
  const [digest, cipher, length] =
    secret.length === 48
      ? ['sha384', 'aes-256-gcm', 32]
      : opened.suite === 0x1303
        ? ['sha256', 'chacha20-poly1305', 32]
        : ['sha256', 'aes-128-gcm', 16];
  const key = expand(digest, secret, 'key', length);
  const iv = expand(digest, secret, 'iv', 12);
  for (let at = 0, sequence = 0; at + 5 <= bytes.length && sequence < 60; sequence++) {
    const size = Math.min(bytes[at + 3] * 256 + bytes[at + 4], bytes.length - at - 5, 16_384);
    yield seal(cipher, joined(bytes.subarray(at + 5, at + 5 + size), [bytes[at]]), key, iv, sequence);
    at += 5 + size;
  }
}

/** RFC 8446 §5.2. */
function seal(name, plaintext, key, iv, sequence) {
  const nonce = Buffer.from(iv);
  nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ sequence) >>> 0, 8);
  const length = plaintext.length + 16;
  const header = Buffer.from([23, 3, 3, length >> 8, length & 255]);
  const cipher = createCipheriv(name, key, nonce, { authTagLength: 16 });
  cipher.setAAD(header, { plaintextLength: plaintext.length });
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([header, body, cipher.getAuthTag()]);
}

function expand(digest, secret, label, length) {
  const name = Buffer.from(`tls13 ${label}`);
  const info = Buffer.concat([Buffer.from([0, length, name.length]), name, Buffer.from([0, 1])]);
  return createHmac(digest, secret).update(info).digest().subarray(0, length);
}
