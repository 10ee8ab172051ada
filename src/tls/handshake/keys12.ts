import { Buffer } from 'node:buffer';
import { timingSafeEqual } from 'node:crypto';
import { handshakeType, protocolVersions } from '../registry.ts';
import { handshakeMessage } from '../writer.ts';
import { Breach } from './breach.ts';
import { type HandshakeDigest, handshakeHash, prf } from './prf.ts';
import { keyBlockBytes, opener12, type Protection12, sealer12, splitKeyBlock } from './protection12.ts';
import type { Sealer } from './protection13.ts';
import type { Opener } from './record-layer.ts';
import type { Suite12 } from './suites12.ts';

/** What was agreed before the keys. */
export interface Terms12 {
  readonly suite: Suite12;
  /** Number of the version. */
  readonly version: number;
  readonly clientRandom: Uint8Array;
  readonly serverRandom: Uint8Array;
  readonly extendedMasterSecret: boolean;
  readonly encryptThenMac: boolean;
  readonly drawIv: (length: number) => Uint8Array;
}

const masterBytes = 48;
const verifyBytes = 12;

/** The keys of one handshake before TLS 1.3 (RFC 5246 §6.3, §8.1). */
export interface Keys12 {
  readonly master: Buffer;
  readonly seal: Sealer;
  readonly open: Opener;
  /** Our Finished over the messages so far. */
  finished(messages: readonly Uint8Array[]): Buffer;
  /** Throws `Breach` where the server's Finished is wrong. */
  check(body: Uint8Array, messages: readonly Uint8Array[]): void;
}

function digestOf12({ suite, version }: Pick<Terms12, 'suite' | 'version'>): HandshakeDigest {
  return version >= protocolVersions['TLSv1.2'] ? suite.digest : 'md5 and sha1';
}

/** The messages go to ClientKeyExchange; with them the master secret is bound to the handshake (RFC 7627 §4). */
export function masterSecret(terms: Terms12, premaster: Uint8Array, messages: readonly Uint8Array[]): Buffer {
  const digest = digestOf12(terms);
  return terms.extendedMasterSecret
    ? prf(digest, premaster, 'extended master secret', handshakeHash(digest, messages), masterBytes)
    : prf(
        digest,
        premaster,
        'master secret',
        Buffer.concat([terms.clientRandom, terms.serverRandom]),
        masterBytes,
      );
}

export function keys12(terms: Terms12, master: Buffer): Keys12 {
  const digest = digestOf12(terms);
  const cipher = terms.suite.protection;
  const seed = Buffer.concat([terms.serverRandom, terms.clientRandom]);
  const block = prf(digest, master, 'key expansion', seed, keyBlockBytes(cipher));
  const [client, server] = splitKeyBlock(cipher, block);
  const { version, encryptThenMac, drawIv } = terms;
  const protection: Protection12 = { cipher, version, encryptThenMac, drawIv };
  const verifyData = (label: string, messages: readonly Uint8Array[]): Buffer =>
    prf(digest, master, label, handshakeHash(digest, messages), verifyBytes);
  return {
    master,
    seal: sealer12(protection, client),
    open: opener12(protection, server),
    finished: (messages) => handshakeMessage(handshakeType.finished, verifyData('client finished', messages)),
    check: (body, messages) => {
      const expected = verifyData('server finished', messages);
      if (body.length !== expected.length || !timingSafeEqual(expected, body)) {
        throw new Breach('a Finished message that does not fit the handshake');
      }
    },
  };
}
