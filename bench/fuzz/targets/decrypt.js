import { createCipheriv, createHmac } from 'node:crypto';
import { decryptServerFlight } from '../../../dist/tls/decrypt.js';
import { joined } from '../bytes.js';
import { foundInputs } from '../corpus.js';
import { holds, same } from '../executor.js';
import { handshakes } from './seeds.js';

const certificateType = 11;
function encrypted({ sent, received, keylog }) {
  return decryptServerFlight({ sent, received, keylog }, certificateType) ?? [];
}

const recorded = handshakes().filter(({ keylog }) => keylog !== undefined);

/** Records of a TLS 1.3 flight as they came; the first octet chooses the handshake whose secret opens them. */
export const decryptWire = {
  name: 'tls-decrypt-records',
  about: 'protected records that were altered on the way',
  form: 'tls',
  share: 1,
  errors: /^ERR_TLS_DECRYPT$/,
  files: ['tls/decrypt'],
  seeds: () => [
    ...recorded.map(({ received }, index) => joined([index], received)),
    ...foundInputs('tls-decrypt-records'),
  ],
  run(bytes) {
    const { sent, keylog } = recorded[(bytes[0] ?? 0) % recorded.length];
    const messages = decryptServerFlight({ sent, received: bytes.subarray(1), keylog }, certificateType);
    if (messages === undefined) return 'not whole';
    const genuine = recorded.some((one) => {
      const certificate = encrypted(one).at(-1)?.body;
      return certificate !== undefined && Buffer.compare(certificate, messages.at(-1).body) === 0;
    });
    holds(genuine, 'only what the server sealed is opened');
    return 'opened';
  },
};

const secret = Buffer.alloc(32, 5);
const random = Buffer.alloc(32, 3);
const sent = Buffer.concat([Buffer.alloc(11), random]);
const keylog = `SERVER_HANDSHAKE_TRAFFIC_SECRET ${random.toString('hex')} ${secret.toString('hex')}\n`;

/** Plaintext of protected records that a server sealed itself: what it likes to send under its own keys. */
export const decryptFlight = {
  name: 'tls-decrypt-flight',
  about: 'messages that a hostile server sealed properly',
  form: 'tls',
  share: 1,
  limitBytes: 16 * 1024,
  errors: /^$/,
  files: ['tls/decrypt', 'tls/record'],
  seeds: () => [
    ...recorded.map((one) => records(encrypted(one))),
    Uint8Array.from([22, 3, 3, 0, 0, 21, 3, 3, 0, 2, 2, 40, 23, 3, 3, 0, 1, 0]),
    ...foundInputs('tls-decrypt-flight'),
  ],
  run(bytes) {
    const received = joined(helloRecord(), ...sealed(bytes));
    const read = () => decryptServerFlight({ sent, received, keylog }, certificateType);
    const messages = read();
    same(read(), messages, 'the same bytes give the same messages');
    if (messages === undefined) return 'not whole';
    holds(messages.at(-1).type === certificateType, 'the last message is the one asked for');
    return 'opened';
  },
};

function helloRecord() {
  const body = joined([3, 3], Buffer.alloc(32, 7), [0, 0x13, 0x01, 0, 0, 6, 0, 0x2b, 0, 2, 3, 4]);
  return joined([22, 3, 3, 0, body.length + 4, 2, 0, 0, body.length], body);
}

function records(messages) {
  return joined(
    ...messages.map(({ type, body }) => {
      const message = joined([type, body.length >> 16, (body.length >> 8) & 255, body.length & 255], body);
      return joined([22, 3, 3, message.length >> 8, message.length & 255], message);
    }),
  );
}

/** Takes the input for records in the clear, and seals the content of each: RFC 8446 §5.2. */
function* sealed(bytes) {
  const key = expand('key', 16);
  const iv = expand('iv', 12);
  let sequence = 0;
  for (let at = 0; at + 5 <= bytes.length && sequence < sealedRecords; sequence++) {
    const length = Math.min(bytes[at + 3] * 256 + bytes[at + 4], bytes.length - at - 5, 16_384);
    yield seal(joined(bytes.subarray(at + 5, at + 5 + length), [bytes[at]]), key, iv, sequence);
    at += 5 + length;
  }
}

function seal(plaintext, key, iv, sequence) {
  const nonce = Buffer.from(iv);
  nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ sequence) >>> 0, 8);
  const length = plaintext.length + 16;
  const header = Buffer.from([23, 3, 3, length >> 8, length & 255]);
  const cipher = createCipheriv('aes-128-gcm', key, nonce, { authTagLength: 16 });
  cipher.setAAD(header);
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([header, body, cipher.getAuthTag()]);
}

/** Sealing costs the harness more than opening costs the reader. */
const sealedRecords = 40;

function expand(label, length) {
  const name = Buffer.from(`tls13 ${label}`);
  const info = Buffer.concat([Buffer.from([0, length, name.length]), name, Buffer.from([0, 1])]);
  return createHmac('sha256', secret).update(info).digest().subarray(0, length);
}
