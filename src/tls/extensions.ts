import { AssayError } from '../model/index.ts';

import { ByteReader } from './reader.ts';

/**
 * A list of extensions by type (RFC 8446 §4.2), with its length before it.
 *
 * @throws AssayError ERR_TLS_DECODE for a list that is cut off, or that has one type twice
 */
export function decodeExtensions(reader: ByteReader): ReadonlyMap<number, Uint8Array> {
  const extensions = new Map<number, Uint8Array>();
  const list = new ByteReader(reader.vector(2));
  while (list.remaining > 0) {
    const type = list.uint(2);
    if (extensions.has(type))
      throw new AssayError('ERR_TLS_DECODE', `expected extension ${type} once, got it twice`);
    extensions.set(type, list.vector(2));
  }
  return extensions;
}
