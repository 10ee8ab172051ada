import { Buffer } from 'node:buffer';
import { createHash, createHmac } from 'node:crypto';
import { uint } from '../writer.ts';

/** Digests of the cipher suites that are opened here. */
export type Digest = 'sha256' | 'sha384';

const digestBytes: Readonly<Record<Digest, number>> = { sha256: 32, sha384: 48 };

export function digestOf(digest: Digest, ...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash(digest);
  for (const part of parts) hash.update(part);
  return hash.digest();
}

function macOf(digest: Digest, key: Uint8Array, data: Uint8Array): Buffer {
  return createHmac(digest, key).update(data).digest();
}

/** HKDF-Expand-Label (RFC 8446 §7.1) for at most one block of output, which is all that TLS 1.3 ever asks for. */
export function expandLabel(
  digest: Digest,
  secret: Uint8Array,
  label: string,
  context: Uint8Array,
  length: number,
): Buffer {
  const name = Buffer.from(`tls13 ${label}`);
  const info = [uint(2, length), uint(1, name.length), name, uint(1, context.length), context, uint(1, 1)];
  return macOf(digest, secret, Buffer.concat(info)).subarray(0, length);
}

/** Derive-Secret (RFC 8446 §7.1), given the digest of the messages. */
export function deriveSecret(
  digest: Digest,
  secret: Uint8Array,
  label: string,
  transcriptHash: Uint8Array,
): Buffer {
  return expandLabel(digest, secret, label, transcriptHash, digestBytes[digest]);
}

/** The secret under which a pre-shared key is bound to its hello. */
export function earlySecret(digest: Digest, preSharedKey: Uint8Array | undefined): Buffer {
  const zeros = Buffer.alloc(digestBytes[digest]);
  return macOf(digest, zeros, preSharedKey ?? zeros);
}

export interface HandshakeSecrets {
  readonly client: Buffer;
  readonly server: Buffer;
  readonly master: Buffer;
}

/** The secrets of the encrypted handshake; `helloHash` is over ClientHello to ServerHello. */
export function handshakeSecrets(
  digest: Digest,
  early: Uint8Array,
  shared: Uint8Array,
  helloHash: Uint8Array,
): HandshakeSecrets {
  const handshake = macOf(digest, derived(digest, early), shared);
  return {
    client: deriveSecret(digest, handshake, 'c hs traffic', helloHash),
    server: deriveSecret(digest, handshake, 's hs traffic', helloHash),
    master: macOf(digest, derived(digest, handshake), Buffer.alloc(digestBytes[digest])),
  };
}

/** Salt of the next stage. */
function derived(digest: Digest, secret: Uint8Array): Buffer {
  return deriveSecret(digest, secret, 'derived', digestOf(digest));
}

/** The MAC in a Finished message, or in a binder (RFC 8446 §4.4.4, §4.2.11.2). */
export function finishedMac(digest: Digest, secret: Uint8Array, transcriptHash: Uint8Array): Buffer {
  const key = expandLabel(digest, secret, 'finished', new Uint8Array(0), digestBytes[digest]);
  return macOf(digest, key, transcriptHash);
}

/** The key that a ticket stands for (RFC 8446 §4.6.1). */
export function ticketKey(digest: Digest, resumption: Uint8Array, nonce: Uint8Array): Buffer {
  return expandLabel(digest, resumption, 'resumption', nonce, digestBytes[digest]);
}
