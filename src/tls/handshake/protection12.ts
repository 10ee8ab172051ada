import { Buffer } from 'node:buffer';
import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto';
import { contentType } from '../registry.ts';
import { uint } from '../writer.ts';
import { notOpened, numberedNonce, openAead, sealAead } from './aead.ts';
import { leftOut, type Sealer } from './protection13.ts';
import type { Opener } from './record-layer.ts';
import type { AeadCipher, CbcCipher, Suite12 } from './suites12.ts';

const headerBytes = 5;

/** What one side writes with. */
export interface WriteKeys {
  readonly mac: Buffer;
  readonly key: Buffer;
  readonly iv: Buffer;
}

export interface Protection12 {
  readonly cipher: Suite12['protection'];
  /** Number of the version. */
  readonly version: number;
  readonly encryptThenMac: boolean;
  /** Random bytes for the IV of a record. */
  readonly drawIv: (length: number) => Uint8Array;
}

/** Client's, then server's (RFC 5246 §6.3). */
export function splitKeyBlock(cipher: Suite12['protection'], block: Buffer): [WriteKeys, WriteKeys] {
  const { mac, key, iv } = sizes(cipher);
  let from = 0;
  const take = (length: number): Buffer => {
    from += length;
    return block.subarray(from - length, from);
  };
  const [macs, keys, ivs] = [mac, key, iv].map((length) => [take(length), take(length)]);
  const side = (index: 0 | 1): WriteKeys => ({
    mac: macs?.[index] ?? Buffer.alloc(0),
    key: keys?.[index] ?? Buffer.alloc(0),
    iv: ivs?.[index] ?? Buffer.alloc(0),
  });
  return [side(0), side(1)];
}

export function keyBlockBytes(cipher: Suite12['protection']): number {
  const { mac, key, iv } = sizes(cipher);
  return 2 * (mac + key + iv);
}

function sizes(cipher: Suite12['protection']): { mac: number; key: number; iv: number } {
  return cipher.kind === 'aead'
    ? { mac: 0, key: cipher.keyBytes, iv: 12 - cipher.explicitBytes }
    : { mac: cipher.macBytes, key: cipher.keyBytes, iv: cipher.blockBytes };
}

/** Seals content as records of its type. */
export function sealer12(protection: Protection12, keys: WriteKeys): Sealer {
  const { cipher, version } = protection;
  const seal = cipher.kind === 'aead' ? aeadSealer(cipher, keys) : cbcSealer(cipher, protection, keys);
  let sequence = 0n;
  return (type, content) => {
    const body = seal({ sequence: sequence++, type, version }, content);
    return Buffer.concat([uint(1, type), uint(2, version), uint(2, body.length), body]);
  };
}

/** Opens the records of the other side, in the order sent; throws ERR_TLS_DECRYPT. */
export function opener12(protection: Protection12, keys: WriteKeys): Opener {
  const { cipher, version } = protection;
  const open = cipher.kind === 'aead' ? aeadOpener(cipher, keys) : cbcOpener(cipher, protection, keys);
  let sequence = 0n;
  return (record) => {
    const type = record[0] ?? 0;
    if (type === contentType.applicationData && record.length === headerBytes) {
      sequence++;
      return leftOut;
    }
    const content = open({ sequence: sequence++, type, version }, record.subarray(headerBytes));
    return { type, content };
  };
}

interface Place {
  readonly sequence: bigint;
  readonly type: number;
  readonly version: number;
}
type Transform = (place: Place, bytes: Uint8Array) => Buffer;

/** What is authenticated beside the content. */
function place64({ sequence, type, version }: Place, length: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(sequence);
  return Buffer.concat([bytes, uint(1, type), uint(2, version), uint(2, length)]);
}

function aeadSealer(cipher: AeadCipher, { key, iv }: WriteKeys): Transform {
  return (place, content) => {
    const { explicit, nonce } = nonceOf(cipher, iv, place.sequence);
    const sealed = sealAead({ ...cipher, key }, nonce, place64(place, content.length), content);
    return Buffer.concat([explicit, sealed]);
  };
}

function nonceOf({ explicitBytes }: AeadCipher, iv: Buffer, sequence: bigint) {
  const explicit = Buffer.alloc(explicitBytes);
  if (explicitBytes === 8) explicit.writeBigUInt64BE(sequence);
  const nonce = explicitBytes === 8 ? Buffer.concat([iv, explicit]) : numberedNonce(iv, sequence);
  return { explicit, nonce };
}

function aeadOpener(cipher: AeadCipher, { key, iv }: WriteKeys): Transform {
  return (place, body) => {
    const { explicitBytes, tagBytes } = cipher;
    const length = body.length - explicitBytes - tagBytes;
    if (length < 0) throw notOpened();
    const explicit = body.subarray(0, explicitBytes);
    const nonce = explicitBytes === 8 ? Buffer.concat([iv, explicit]) : numberedNonce(iv, place.sequence);
    return openAead({ ...cipher, key }, nonce, place64(place, length), body.subarray(explicitBytes));
  };
}

function macOf({ mac }: CbcCipher, key: Buffer, place: Place, data: Uint8Array): Buffer {
  return createHmac(mac, key).update(place64(place, data.length)).update(data).digest();
}

const tls11 = 0x0302;

function cbcSealer(cipher: CbcCipher, protection: Protection12, keys: WriteKeys): Transform {
  const { version, encryptThenMac, drawIv } = protection;
  const explicit = version >= tls11;
  let { iv } = keys;
  return (place, content) => {
    if (explicit) iv = Buffer.from(drawIv(cipher.blockBytes));
    const mac = encryptThenMac ? Buffer.alloc(0) : macOf(cipher, keys.mac, place, content);
    const padded = pad(Buffer.concat([content, mac]), cipher.blockBytes);
    const encryption = createCipheriv(cipher.cipher, keys.key, iv).setAutoPadding(false);
    const encrypted = Buffer.concat([encryption.update(padded), encryption.final()]);
    const body = Buffer.concat([explicit ? iv : Buffer.alloc(0), encrypted]);
    iv = encrypted.subarray(-cipher.blockBytes);
    return encryptThenMac ? Buffer.concat([body, macOf(cipher, keys.mac, place, body)]) : body;
  };
}

function pad(bytes: Buffer, blockBytes: number): Buffer {
  const padding = blockBytes - (bytes.length % blockBytes);
  return Buffer.concat([bytes, Buffer.alloc(padding, padding - 1)]);
}

function cbcOpener(cipher: CbcCipher, protection: Protection12, keys: WriteKeys): Transform {
  const { version, encryptThenMac } = protection;
  const explicit = version >= tls11;
  let { iv } = keys;
  return (place, body) => {
    const bare = encryptThenMac ? withoutMac(cipher, keys.mac, place, body) : body;
    if (explicit) iv = Buffer.from(bare.subarray(0, cipher.blockBytes));
    const encrypted = explicit ? bare.subarray(cipher.blockBytes) : bare;
    if (encrypted.length === 0 || encrypted.length % cipher.blockBytes !== 0) throw notOpened();
    const decryption = createDecipheriv(cipher.cipher, keys.key, iv).setAutoPadding(false);
    const padded = Buffer.concat([decryption.update(encrypted), decryption.final()]);
    iv = Buffer.from(encrypted.subarray(-cipher.blockBytes));
    const content = unpad(padded);
    return encryptThenMac ? content : withoutMac(cipher, keys.mac, place, content);
  };
}

function unpad(padded: Buffer): Buffer {
  const length = padded.length - 1 - (padded.at(-1) ?? 0);
  if (length < 0) throw notOpened();
  return padded.subarray(0, length);
}

/** Checks the MAC at the end, and takes it off. */
function withoutMac(cipher: CbcCipher, key: Buffer, place: Place, bytes: Uint8Array): Buffer {
  const length = bytes.length - cipher.macBytes;
  if (length < 0) throw notOpened();
  const data = Buffer.from(bytes.subarray(0, length));
  if (!timingSafeEqual(macOf(cipher, key, place, data), bytes.subarray(length))) throw notOpened();
  return data;
}
