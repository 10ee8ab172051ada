import { Buffer } from 'node:buffer';
import { AssayError } from '../model/index.ts';
import { ByteReader } from './reader.ts';
import { contentType, handshakeType } from './registry.ts';

/** TLS extensions (IANA) that bring what is known of a certificate's status. */
export const statusExtension = { statusRequest: 5, signedCertificateTimestamp: 18 } as const;

/** What of a transcript tells what was asked for; `sent` is hexadecimal and begins with the ClientHello's record. */
export interface SentHello {
  readonly version: string;
  readonly authentication: string;
  readonly sent: string;
}

/**
 * The handshakes, named as `SentChain.handshakes` names them, of which every ClientHello carried the extension: where
 * it was not asked for, that nothing came says nothing.
 */
export function handshakesAsking(hellos: readonly SentHello[], extension: number): Set<string> {
  const named = hellos.map((hello) => ({
    handshake: `${hello.version}, ${hello.authentication}`,
    asks: extensionsOf(Buffer.from(hello.sent, 'hex')).includes(extension),
  }));
  const silent = new Set(named.filter(({ asks }) => !asks).map(({ handshake }) => handshake));
  return new Set(named.map(({ handshake }) => handshake).filter((handshake) => !silent.has(handshake)));
}

/** The types of a ClientHello's extensions; none for what is not one whole hello in one record. */
function extensionsOf(bytes: Uint8Array): number[] {
  try {
    const record = new ByteReader(bytes);
    if (record.uint(1) !== contentType.handshake) return [];
    record.take(2);
    const message = new ByteReader(record.vector(2));
    if (message.uint(1) !== handshakeType.clientHello) return [];
    return extensionTypes(new ByteReader(message.vector(3)));
  } catch (error) {
    if (error instanceof AssayError) return [];
    throw error;
  }
}

/** RFC 8446 §4.1.2: version, random, session, suites, compression, extensions. */
function extensionTypes(hello: ByteReader): number[] {
  hello.take(2 + 32);
  hello.vector(1);
  hello.vector(2);
  hello.vector(1);
  if (hello.remaining === 0) return [];
  const extensions = new ByteReader(hello.vector(2));
  const types: number[] = [];
  while (extensions.remaining > 0) {
    types.push(extensions.uint(2));
    extensions.vector(2);
  }
  return types;
}
