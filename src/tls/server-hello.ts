import { Buffer } from 'node:buffer';
import { AssayError } from '../model/index.ts';
import { decodeExtensions } from './extensions.ts';
import { ByteReader } from './reader.ts';
import { extensionType } from './registry.ts';

/** A ServerHello or HelloRetryRequest (RFC 8446 §4.1.3, §4.1.4; RFC 5246 §7.4.1.3). */
export interface ServerHello {
  /** `supported_versions` where present, else the version field. */
  readonly version: number;
  readonly random: Uint8Array;
  /** At most 32 bytes. */
  readonly sessionId: Uint8Array;
  readonly suite: number;
  readonly compression: number;
  readonly retry: boolean;
  /** Of `key_share`. */
  readonly group: number | undefined;
  readonly extensions: ReadonlyMap<number, Uint8Array>;
}

/** RFC 8446 §4.1.3: the random that makes a ServerHello a HelloRetryRequest (SHA-256 of that name). */
const retryRandom = Buffer.from('cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c', 'hex');

/** Decodes the body of a ServerHello; undefined where it is none. */
export function decodeServerHello(body: Uint8Array): ServerHello | undefined {
  try {
    return decode(new ByteReader(body));
  } catch (error) {
    if (error instanceof AssayError) return undefined;
    throw error;
  }
}

function decode(reader: ByteReader): ServerHello | undefined {
  const legacyVersion = reader.uint(2);
  const random = reader.take(32);
  const sessionId = reader.vector(1);
  if (sessionId.length > 32) return undefined;
  const suite = reader.uint(2);
  const compression = reader.uint(1);
  // SSLv3 and servers without extensions leave the list out.
  const extensions: ReadonlyMap<number, Uint8Array> =
    reader.remaining === 0 ? new Map() : decodeExtensions(reader);
  if (reader.remaining > 0) return undefined;
  const version = extensions.get(extensionType.supportedVersions);
  const keyShare = extensions.get(extensionType.keyShare);
  return {
    version: version === undefined ? legacyVersion : new ByteReader(version).uint(2),
    group: keyShare === undefined ? undefined : new ByteReader(keyShare).uint(2),
    random,
    sessionId,
    suite,
    compression,
    retry: retryRandom.equals(random),
    extensions,
  };
}
