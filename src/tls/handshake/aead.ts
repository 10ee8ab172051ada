import { Buffer } from 'node:buffer';
import { type CipherGCM, createCipheriv, createDecipheriv, type DecipherGCM } from 'node:crypto';
import { AssayError } from '../../model/index.ts';

/** Authenticated encryption under one key; every mode of TLS takes a nonce of 12 bytes. */
export interface Aead {
  /** As node:crypto names it. */
  readonly cipher: string;
  readonly key: Uint8Array;
  readonly tagBytes: number;
}

/** Ciphertext, then tag. */
export function sealAead(aead: Aead, nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): Buffer {
  // One overload of createCipheriv for each mode, though all are used alike.
  const cipher = createCipheriv(aead.cipher as 'aes-128-gcm', aead.key, nonce, {
    authTagLength: aead.tagBytes,
  }) as CipherGCM;
  cipher.setAAD(aad, { plaintextLength: plaintext.length });
  return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** @throws AssayError ERR_TLS_DECRYPT for what this key did not seal */
export function openAead(aead: Aead, nonce: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Buffer {
  const length = sealed.length - aead.tagBytes;
  if (length < 0) throw notOpened();
  try {
    const decipher = createDecipheriv(aead.cipher as 'aes-128-gcm', aead.key, nonce, {
      authTagLength: aead.tagBytes,
    }) as DecipherGCM;
    decipher.setAuthTag(sealed.subarray(length));
    decipher.setAAD(aad, { plaintextLength: length });
    return Buffer.concat([decipher.update(sealed.subarray(0, length)), decipher.final()]);
  } catch (error) {
    throw notOpened(error);
  }
}

export function notOpened(cause?: unknown): AssayError {
  return new AssayError('ERR_TLS_DECRYPT', 'expected a record under the keys of the handshake, got another', {
    ...(cause === undefined ? {} : { cause }),
    remedy: 'Scan again; if it stays so, report it with the transcript: it holds no data of the server.',
  });
}

/** The nonce of a record: its number, added to the fixed part (RFC 8446 §5.3). */
export function numberedNonce(iv: Uint8Array, sequence: bigint): Buffer {
  const nonce = Buffer.from(iv);
  nonce.writeBigUInt64BE(nonce.readBigUInt64BE(4) ^ sequence, 4);
  return nonce;
}
