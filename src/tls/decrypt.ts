import { Buffer } from 'node:buffer';
import { createDecipheriv, createHmac } from 'node:crypto';
import { AssayError } from '../model/index.ts';
import { ByteReader } from './reader.ts';
import { FlightReader, type HandshakeMessage } from './record.ts';
import { contentType, handshakeType } from './registry.ts';
import { decodeServerHello } from './server-hello.ts';

/** A TLS 1.3 handshake as recorded by the client that made it. */
export interface RecordedHandshake {
  readonly sent: Uint8Array;
  readonly received: Uint8Array;
  /** Lines of the SSLKEYLOGFILE format (RFC 9850); only the server's handshake secret is used. */
  readonly keylog: string;
}

interface Protection {
  readonly cipher: 'aes-128-gcm' | 'aes-256-gcm' | 'chacha20-poly1305';
  readonly digest: 'sha256' | 'sha384';
  readonly keyBytes: 16 | 32;
}

/** RFC 8446 §B.4: those that node's OpenSSL offers. */
const protections = new Map<number, Protection>([
  [0x1301, { cipher: 'aes-128-gcm', digest: 'sha256', keyBytes: 16 }],
  [0x1302, { cipher: 'aes-256-gcm', digest: 'sha384', keyBytes: 32 }],
  [0x1303, { cipher: 'chacha20-poly1305', digest: 'sha256', keyBytes: 32 }],
]);

const tagBytes = 16;
const headerBytes = 5;

/**
 * The handshake messages that a server sent encrypted, up to and including the first of type `last`, from the recorded
 * bytes alone (RFC 8446 §5.2, §7.3). Undefined where the recording ends before the server's keys or before that
 * message.
 *
 * @throws AssayError ERR_TLS_DECRYPT for records that the secret does not open
 */
export function decryptServerFlight(
  recorded: RecordedHandshake,
  last: number,
): HandshakeMessage[] | undefined {
  const secret = serverHandshakeSecret(recorded);
  const protection = protections.get(negotiatedSuite(recorded.received) ?? 0);
  if (secret === undefined || protection === undefined) return undefined;
  const open = recordOpener(protection, secret);
  const flight = new FlightReader();
  for (const record of protectedRecords(recorded.received)) {
    const { type, content } = innerPlaintext(open(record));
    // What the reader takes in the clear it takes here: the content, under a header of its own type.
    flight.push(Buffer.concat([Buffer.from([type, 3, 3]), uint16(content.length), content]));
    const end = flight.messages.findIndex((message) => message.type === last);
    if (end >= 0) return flight.messages.slice(0, end + 1);
    if (flight.end !== undefined) return undefined;
  }
  return undefined;
}

/** Of the line for the random of the ClientHello that was sent, so that a foreign line cannot be taken for it. */
function serverHandshakeSecret({ sent, keylog }: RecordedHandshake): Buffer | undefined {
  const randomOffset = headerBytes + 4 + 2;
  const random = Buffer.from(sent.subarray(randomOffset, randomOffset + 32)).toString('hex');
  const line = keylog.split('\n').find((one) => one.startsWith(`SERVER_HANDSHAKE_TRAFFIC_SECRET ${random} `));
  const hex = line?.trim().split(' ')[2];
  return hex === undefined ? undefined : Buffer.from(hex, 'hex');
}

function negotiatedSuite(received: Uint8Array): number | undefined {
  const flight = new FlightReader();
  flight.push(received);
  const hellos = flight.messages.filter(({ type }) => type === handshakeType.serverHello);
  return hellos.map(({ body }) => decodeServerHello(body)).find((hello) => hello?.retry === false)?.suite;
}

/** Whole records of protected content, headers included; the one that the recording cuts off is left out. */
function* protectedRecords(received: Uint8Array): Generator<Uint8Array> {
  const reader = new ByteReader(received);
  while (reader.remaining >= headerBytes) {
    const header = reader.take(headerBytes);
    const length = (header[3] ?? 0) * 256 + (header[4] ?? 0);
    if (length > reader.remaining) return;
    const body = reader.take(length);
    if (header[0] === contentType.applicationData) yield Buffer.concat([header, body]);
  }
}

/** Opens records in the order sent: each has its own nonce. */
function recordOpener(
  { cipher, digest, keyBytes }: Protection,
  secret: Buffer,
): (record: Uint8Array) => Buffer {
  const key = expandLabel(digest, secret, 'key', keyBytes);
  const iv = expandLabel(digest, secret, 'iv', 12);
  let sequence = 0n;
  return (record) => {
    const nonce = Buffer.from(iv);
    nonce.writeBigUInt64BE(nonce.readBigUInt64BE(4) ^ sequence, 4);
    sequence++;
    // One overload of createDecipheriv for each mode, though all three are used alike.
    const decipher = createDecipheriv(cipher as 'aes-128-gcm', key, nonce, { authTagLength: tagBytes });
    decipher.setAAD(record.subarray(0, headerBytes));
    try {
      decipher.setAuthTag(record.subarray(-tagBytes));
      return Buffer.concat([decipher.update(record.subarray(headerBytes, -tagBytes)), decipher.final()]);
    } catch (error) {
      throw new AssayError('ERR_TLS_DECRYPT', 'expected a record under the handshake secret, got another', {
        cause: error,
        remedy: 'Scan again; if it stays so, report it with the transcript: it holds no data of the server.',
      });
    }
  };
}

/** HKDF-Expand-Label without context (RFC 8446 §7.1), for at most one block of output. */
function expandLabel(digest: Protection['digest'], secret: Buffer, label: string, length: number): Buffer {
  const name = Buffer.from(`tls13 ${label}`);
  const info = Buffer.concat([uint16(length), Buffer.from([name.length]), name, Buffer.from([0, 1])]);
  return createHmac(digest, secret).update(info).digest().subarray(0, length);
}

/** RFC 8446 §5.4: content, its type, and any number of zeros. */
function innerPlaintext(plaintext: Buffer): { type: number; content: Buffer } {
  const typeAt = plaintext.findLastIndex((byte) => byte !== 0);
  return {
    type: plaintext[typeAt] ?? contentType.handshake,
    content: plaintext.subarray(0, Math.max(typeAt, 0)),
  };
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}
