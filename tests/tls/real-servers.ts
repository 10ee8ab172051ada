import { readFileSync } from 'node:fs';
import { FlightReader, type HandshakeMessage } from '../../src/tls/record.ts';
import type { ProtocolVersion } from '../../src/tls/registry.ts';

interface Handshake {
  readonly name: string;
  readonly version: ProtocolVersion;
  readonly received: Buffer;
}

/** What openssl, gnutls and nginx sent, recorded once (bench/fuzz/make-corpus.js). */
export const handshakes: readonly Handshake[] = read();

function read(): Handshake[] {
  const text = readFileSync(new URL('../../bench/fuzz/corpus/handshakes.json', import.meta.url), 'utf8');
  const list = JSON.parse(text) as { name: string; version: ProtocolVersion; received: string }[];
  return list.map(({ name, version, received }) => ({
    name,
    version,
    received: Buffer.from(received, 'hex'),
  }));
}

/** Bodies of messages of a type that were sent in the clear. */
export function bodiesOf(type: number): Uint8Array[] {
  return handshakes.flatMap(({ received }) => {
    const flight = new FlightReader();
    flight.push(received);
    return flight.messages
      .filter((message: HandshakeMessage) => message.type === type)
      .map(({ body }) => body);
  });
}
