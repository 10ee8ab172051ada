import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeCertificateMessage } from '../../src/tls/certificate-message.ts';
import { opener13 } from '../../src/tls/handshake/protection13.ts';
import { RecordLayer, type Said } from '../../src/tls/handshake/record-layer.ts';
import { protections } from '../../src/tls/handshake/suites13.ts';
import { handshakeType } from '../../src/tls/registry.ts';
import { decodeServerHello } from '../../src/tls/server-hello.ts';
import { readCertificate } from '../../src/x509/certificate.ts';

interface Recorded {
  readonly name: string;
  /** SHA-256 of what the server had been given to send. */
  readonly certificates: readonly string[];
  /** Hexadecimal, and the server's handshake secret as SSLKEYLOGFILE has it. */
  readonly transcript: { readonly received: string; readonly keylog: string };
}

// Handshakes of OpenSSL with OpenSSL, recorded once.
const text = readFileSync(new URL('recorded-handshakes.json', import.meta.url), 'utf8');
const recorded = JSON.parse(text) as readonly Recorded[];

const bytesOf = ({ transcript }: Recorded): Buffer => Buffer.from(transcript.received, 'hex');
const secretOf = ({ transcript }: Recorded): Buffer =>
  Buffer.from(transcript.keylog.trim().split(' ')[2] ?? '', 'hex');

/** All that the server said, opened with the secret from its ServerHello on. */
function opened(received: Uint8Array, secret: Uint8Array): Said[] {
  const layer = new RecordLayer();
  layer.push(received);
  const all: Said[] = [];
  for (let said = layer.next(); said !== undefined; said = layer.next()) {
    all.push(said);
    if (said.kind === 'broken') break;
    if (said.kind !== 'message' || said.message.type !== handshakeType.serverHello) continue;
    const hello = decodeServerHello(said.message.body);
    const protection = protections.get(hello?.suite ?? 0);
    if (hello?.retry === false && protection !== undefined) layer.open = opener13(protection, secret);
  }
  return all;
}

const typesOf = (all: readonly Said[]): number[] =>
  all.flatMap((said) => (said.kind === 'message' ? [said.message.type] : []));
const broken = expect.objectContaining({ kind: 'broken', foreign: false });

describe('opener13', () => {
  it.each(recorded)('opens $name', (one) => {
    const all = opened(bytesOf(one), secretOf(one));
    expect(typesOf(all)).toEqual(expect.arrayContaining([2, 8, 11, 15, 20]));
    const message = all.find((said) => said.kind === 'message' && said.message.type === 11);
    if (message?.kind !== 'message') expect.fail('no certificate');
    const entries = decodeCertificateMessage(message.message.body, 'TLSv1.3');
    expect(entries.map(({ der }) => readCertificate(der).sha256)).toEqual(one.certificates);
  });

  it.each(recorded)('finds nothing more than is there when $name is cut short', (one) => {
    const whole = bytesOf(one);
    const all = typesOf(opened(whole, secretOf(one)));
    for (let length = 0; length < whole.length; length += Math.ceil(whole.length / 60)) {
      const found = typesOf(opened(whole.subarray(0, length), secretOf(one)));
      expect(found).toEqual(all.slice(0, found.length));
    }
  });

  it.each(recorded)('notices an altered octet of $name', (one) => {
    // The last octet of the first record that is protected.
    const altered = bytesOf(one);
    const start = altered.indexOf(Buffer.from([23, 3, 3]));
    altered[start + 5 + altered.readUInt16BE(start + 3) - 1]! ^= 1;
    expect(opened(altered, secretOf(one))).toContainEqual(broken);
  });

  it('needs the secret of this handshake', () => {
    const [first, second] = recorded;
    expect(opened(bytesOf(first!), secretOf(second!))).toContainEqual(broken);
  });

  it('refuses a record too short to hold a tag', () => {
    const one = recorded[0]!;
    const start = bytesOf(one).indexOf(Buffer.from([23, 3, 3]));
    const short = Buffer.concat([bytesOf(one).subarray(0, start), Buffer.from([23, 3, 3, 0, 3, 1, 2, 3])]);
    expect(opened(short, secretOf(one))).toContainEqual(broken);
  });
});
