import type { Digest } from './key-schedule.ts';

/** How the records of a TLS 1.3 cipher suite are protected. */
export interface Protection {
  /** As node:crypto names it. */
  readonly cipher: string;
  readonly digest: Digest;
  readonly keyBytes: 16 | 32;
  readonly tagBytes: 8 | 16;
}

/** RFC 8446 §B.4, all five. Those of other documents (SM4, AEGIS, integrity only, GOST) are known and not opened. */
export const protections: ReadonlyMap<number, Protection> = new Map([
  [0x1301, { cipher: 'aes-128-gcm', digest: 'sha256', keyBytes: 16, tagBytes: 16 }],
  [0x1302, { cipher: 'aes-256-gcm', digest: 'sha384', keyBytes: 32, tagBytes: 16 }],
  [0x1303, { cipher: 'chacha20-poly1305', digest: 'sha256', keyBytes: 32, tagBytes: 16 }],
  [0x1304, { cipher: 'aes-128-ccm', digest: 'sha256', keyBytes: 16, tagBytes: 16 }],
  [0x1305, { cipher: 'aes-128-ccm', digest: 'sha256', keyBytes: 16, tagBytes: 8 }],
]);
