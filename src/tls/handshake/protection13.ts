import { Buffer } from 'node:buffer';
import { contentType, protocolVersions } from '../registry.ts';
import { uint } from '../writer.ts';
import { numberedNonce, openAead, sealAead } from './aead.ts';
import { expandLabel } from './key-schedule.ts';
import type { Content, Opener } from './record-layer.ts';
import type { Protection } from './suites13.ts';

const headerBytes = 5;
const none = new Uint8Array(0);

/**
 * Opens the records that a traffic secret seals, in the order sent: each has its own nonce (RFC 8446 §5.2, §7.3).
 * A change_cipher_spec in the clear may stand between them and means nothing.
 */
export function opener13(protection: Protection, secret: Uint8Array): Opener {
  const { aead, iv } = keysOf(protection, secret);
  let sequence = 0n;
  return (record) => {
    const [type = 0] = record;
    if (type !== contentType.applicationData) return { type, content: record.subarray(headerBytes) };
    const nonce = numberedNonce(iv, sequence++);
    if (record.length === headerBytes) return leftOut;
    return innerPlaintext(
      openAead(aead, nonce, record.subarray(0, headerBytes), record.subarray(headerBytes)),
    );
  };
}

/** No such record is ever sent: in evidence it stands for one with data of the application. */
export const leftOut: Content = { type: contentType.applicationData, content: none };

/** Makes protected records of content of a type. */
export type Sealer = (type: number, content: Uint8Array) => Buffer;

export function sealer13(protection: Protection, secret: Uint8Array): Sealer {
  const { aead, iv } = keysOf(protection, secret);
  let sequence = 0n;
  return (type, content) => {
    const plaintext = Buffer.concat([content, uint(1, type)]);
    const header = Buffer.concat([
      uint(1, contentType.applicationData),
      uint(2, protocolVersions['TLSv1.2']),
      uint(2, plaintext.length + protection.tagBytes),
    ]);
    return Buffer.concat([header, sealAead(aead, numberedNonce(iv, sequence++), header, plaintext)]);
  };
}

function keysOf({ cipher, digest, keyBytes, tagBytes }: Protection, secret: Uint8Array) {
  const key = expandLabel(digest, secret, 'key', none, keyBytes);
  return { aead: { cipher, key, tagBytes }, iv: expandLabel(digest, secret, 'iv', none, 12) };
}

/** RFC 8446 §5.4: content, its type, and any number of zeros. */
function innerPlaintext(plaintext: Buffer): { type: number; content: Buffer } {
  const typeAt = plaintext.findLastIndex((byte) => byte !== 0);
  return { type: plaintext[typeAt] ?? 0, content: plaintext.subarray(0, Math.max(typeAt, 0)) };
}
