import { Buffer } from 'node:buffer';

/** An unsigned integer of `size` bytes, most significant byte first. */
export function uint(size: number, value: number): Buffer {
  const bytes = Buffer.alloc(size);
  bytes.writeUIntBE(value, 0, size);
  return bytes;
}

/** A vector: its length in `lengthSize` bytes, then the bytes. */
export function vector(lengthSize: number, body: Uint8Array): Buffer {
  return Buffer.concat([uint(lengthSize, body.length), body]);
}

/** Lists are long and hellos many: one buffer, not one a number. */
export function uint16List(values: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(2 * values.length);
  values.forEach((value, index) => {
    bytes.writeUInt16BE(value, 2 * index);
  });
  return bytes;
}

/** A handshake message with its header (RFC 8446 §4). */
export function handshakeMessage(type: number, body: Uint8Array): Buffer {
  return Buffer.concat([uint(1, type), vector(3, body)]);
}

/** A record in the clear. */
export function plainRecord(type: number, version: number, content: Uint8Array): Buffer {
  return Buffer.concat([uint(1, type), uint(2, version), vector(2, content)]);
}
