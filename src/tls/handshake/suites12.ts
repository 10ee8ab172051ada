import { cipherSuites, usualFirst } from '../cipher-suites.ts';
import type { Digest } from './key-schedule.ts';

/** Authenticated encryption (RFC 5288, 6655, 7905). */
export interface AeadCipher {
  readonly kind: 'aead';
  /** As node:crypto names it. */
  readonly cipher: string;
  readonly keyBytes: number;
  readonly tagBytes: 8 | 16;
  /** Bytes of the nonce that each record carries; the others are fixed. */
  readonly explicitBytes: 0 | 8;
}

/** A block cipher and a MAC (RFC 5246 §6.2.3.2). */
export interface CbcCipher {
  readonly kind: 'cbc';
  readonly cipher: string;
  readonly keyBytes: number;
  readonly blockBytes: 8 | 16;
  readonly mac: 'sha1' | 'sha256' | 'sha384';
  readonly macBytes: 20 | 32 | 48;
}

/** A cipher suite that a handshake before TLS 1.3 can be completed with here. */
export interface Suite12 {
  readonly exchange: 'ECDHE' | 'DHE' | 'RSA';
  /** Of the PRF and of Finished in TLS 1.2. */
  readonly digest: Digest;
  readonly protection: AeadCipher | CbcCipher;
}

const form =
  /^TLS_(ECDHE|DHE|RSA)(?:_(?:RSA|ECDSA|DSS))?_WITH_(AES|ARIA|CAMELLIA|3DES|CHACHA20)_(?:(128|256|EDE)_)?(CBC|GCM|CCM_8|CCM|POLY1305)(?:_(SHA|SHA256|SHA384))?$/;

function readSuite(name: string): Suite12 | undefined {
  const [, exchange, cipher = '', size = '256', mode = '', hash = 'SHA256'] = form.exec(name) ?? [];
  const protection =
    exchange === undefined ? undefined : protectionOf(cipher.toLowerCase(), size, mode, hash);
  if (protection === undefined) return undefined;
  const digest = hash === 'SHA384' ? 'sha384' : 'sha256';
  return { exchange: exchange as Suite12['exchange'], digest, protection };
}

function protectionOf(
  cipher: string,
  size: string,
  mode: string,
  hash: string,
): Suite12['protection'] | undefined {
  const keyBytes = size === 'EDE' ? 24 : Number(size) / 8;
  switch (mode) {
    case 'CBC':
      return cbc(cipher === '3des' ? 'des-ede3-cbc' : `${cipher}-${size}-cbc`, keyBytes, hash);
    case 'POLY1305':
      return { kind: 'aead', cipher: 'chacha20-poly1305', keyBytes, tagBytes: 16, explicitBytes: 0 };
    default: {
      const [name = '', short] = mode.toLowerCase().split('_');
      const tagBytes = short === undefined ? 16 : 8;
      return { kind: 'aead', cipher: `${cipher}-${size}-${name}`, keyBytes, tagBytes, explicitBytes: 8 };
    }
  }
}

const macs = {
  SHA: ['sha1', 20],
  SHA256: ['sha256', 32],
  SHA384: ['sha384', 48],
} as const;

function cbc(cipher: string, keyBytes: number, hash: string): CbcCipher {
  const [mac, macBytes] = macs[hash as keyof typeof macs];
  return { kind: 'cbc', cipher, keyBytes, blockBytes: cipher.startsWith('des') ? 8 : 16, mac, macBytes };
}

// Node's binding has no AEAD mode for these two, and nobody serves only them.
const unavailable = /ARIA|CAMELLIA.*GCM/;

const known = [...cipherSuites].flatMap(([code, name]) => {
  const suite = unavailable.test(name) ? undefined : readSuite(name);
  return suite === undefined ? [] : [{ code, name, suite }];
});

/** By code point. */
export const suites12: ReadonlyMap<number, Suite12> = new Map(known.map(({ code, suite }) => [code, suite]));

/** Those of a version, the usual ones first: AEAD, and a MAC other than SHA-1, belong to TLS 1.2. */
export function offeredSuites12(version: 'TLSv1.0' | 'TLSv1.1' | 'TLSv1.2'): number[] {
  const fitting = known.filter(
    ({ suite: { protection } }) =>
      version === 'TLSv1.2' || (protection.kind === 'cbc' && protection.mac === 'sha1'),
  );
  return usualFirst(fitting.map(({ code, name }) => [code, name] as const));
}
