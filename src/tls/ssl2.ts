import { Buffer } from 'node:buffer';
import { AssayError } from '../model/index.ts';
import { ByteQueue, ByteReader } from './reader.ts';
import { protocolVersions } from './registry.ts';

const messageType = { error: 0, clientHello: 1, serverHello: 4 };

/** What came back on an SSLv2 CLIENT-HELLO. `foreign`: nothing of SSLv2 (it may still be TLS). */
export type Ssl2Answer =
  | { readonly kind: 'server-hello'; readonly cipherKinds: readonly number[] }
  | { readonly kind: 'error'; readonly code: number }
  | { readonly kind: 'foreign' };

/**
 * The SSLv2 CLIENT-HELLO (RFC 6101 §E gives its form) with a two-byte record header.
 *
 * @param challenge 16 bytes
 */
export function encodeSsl2ClientHello(cipherKinds: readonly number[], challenge: Uint8Array): Buffer {
  const body = Buffer.alloc(9 + 3 * cipherKinds.length);
  body.writeUInt8(messageType.clientHello, 0);
  body.writeUInt16BE(protocolVersions.SSLv2, 1);
  body.writeUInt16BE(3 * cipherKinds.length, 3);
  body.writeUInt16BE(challenge.length, 7);
  cipherKinds.forEach((kind, index) => {
    body.writeUIntBE(kind, 9 + 3 * index, 3);
  });
  const header = Buffer.alloc(2);
  header.writeUInt16BE(0x8000 | (body.length + challenge.length), 0);
  return Buffer.concat([header, body, challenge]);
}

/** Gathers the first SSLv2 record; SERVER-HELLO and ERROR in the clear have the two-byte header. */
export class Ssl2Reader {
  readonly #bytes = new ByteQueue();

  push(chunk: Uint8Array): void {
    this.#bytes.push(chunk);
  }

  /** Undefined while the record is not whole. */
  answer(): Ssl2Answer | undefined {
    const bytes = this.#bytes;
    if (bytes.length >= 1 && bytes.at(0) < 0x80) return { kind: 'foreign' };
    const length = bytes.uint16(0) & 0x7fff;
    if (bytes.length < 2 || bytes.length < 2 + length) return undefined;
    return decodeSsl2Message(bytes.take(2 + length).subarray(2));
  }
}

function decodeSsl2Message(body: Uint8Array): Ssl2Answer {
  try {
    const reader = new ByteReader(body);
    const type = reader.uint(1);
    if (type === messageType.error) return { kind: 'error', code: reader.uint(2) };
    return type === messageType.serverHello ? decodeServerHello(reader) : { kind: 'foreign' };
  } catch (error) {
    if (error instanceof AssayError) return { kind: 'foreign' };
    throw error;
  }
}

function decodeServerHello(reader: ByteReader): Ssl2Answer {
  reader.take(2);
  const version = reader.uint(2);
  const [certificateLength, kindsLength, connectionIdLength] = [
    reader.uint(2),
    reader.uint(2),
    reader.uint(2),
  ];
  reader.take(certificateLength);
  const kinds = new ByteReader(reader.take(kindsLength));
  reader.take(connectionIdLength);
  const whole = version === protocolVersions.SSLv2 && kindsLength % 3 === 0 && reader.remaining === 0;
  if (!whole) return { kind: 'foreign' };
  const cipherKinds: number[] = [];
  while (kinds.remaining > 0) cipherKinds.push(kinds.uint(3));
  return { kind: 'server-hello', cipherKinds };
}
