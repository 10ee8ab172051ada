import { Buffer } from 'node:buffer';
import { createHash, createHmac } from 'node:crypto';
import type { Digest } from './key-schedule.ts';

/** Digests of a handshake before TLS 1.3: of the suite in TLS 1.2, before it MD5 and SHA-1 together. */
export type HandshakeDigest = Digest | 'md5 and sha1';

/** The PRF of RFC 5246 §5, or of RFC 2246 §5. */
export function prf(
  digest: HandshakeDigest,
  secret: Uint8Array,
  label: string,
  seed: Uint8Array,
  length: number,
): Buffer {
  const labelled = Buffer.concat([Buffer.from(label), seed]);
  if (digest !== 'md5 and sha1') return expand(digest, secret, labelled, length);
  const half = Math.ceil(secret.length / 2);
  const first = expand('md5', secret.subarray(0, half), labelled, length);
  const second = expand('sha1', secret.subarray(secret.length - half), labelled, length);
  return Buffer.from(first.map((byte, index) => byte ^ (second[index] ?? 0)));
}

/** P_hash. */
function expand(digest: string, secret: Uint8Array, seed: Uint8Array, length: number): Buffer {
  const mac = (data: Uint8Array): Buffer => createHmac(digest, secret).update(data).digest();
  const blocks: Buffer[] = [];
  let chained = mac(seed);
  for (let made = 0; made < length; made += chained.length) {
    blocks.push(mac(Buffer.concat([chained, seed])));
    chained = mac(chained);
  }
  return Buffer.concat(blocks).subarray(0, length);
}

/** The digest of the messages, as Finished takes it. */
export function handshakeHash(digest: HandshakeDigest, messages: readonly Uint8Array[]): Buffer {
  const names = digest === 'md5 and sha1' ? ['md5', 'sha1'] : [digest];
  return Buffer.concat(
    names.map((name) => {
      const hash = createHash(name);
      for (const message of messages) hash.update(message);
      return hash.digest();
    }),
  );
}
