import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decryptServerFlight, type RecordedHandshake } from '../../src/tls/decrypt.ts';
import { handshakeType } from '../../src/tls/registry.ts';
import { sentCertificates, type Transcript } from '../../src/tls/transcript.ts';
import { readCertificate } from '../../src/x509/certificate.ts';

interface Recorded {
  readonly name: string;
  /** SHA-256 of what the server had been given to send. */
  readonly certificates: readonly string[];
  readonly transcript: Transcript;
}

// Handshakes with OpenSSL's server, recorded once.
const text = readFileSync(new URL('recorded-handshakes.json', import.meta.url), 'utf8');
const recorded = JSON.parse(text) as readonly Recorded[];

function bytesOf({ sent, received, keylog = '' }: Transcript): RecordedHandshake {
  return { sent: Buffer.from(sent, 'hex'), received: Buffer.from(received, 'hex'), keylog };
}

describe('decryptServerFlight', () => {
  it.each(recorded)('$name', ({ transcript, certificates }) => {
    const messages = decryptServerFlight(bytesOf(transcript), handshakeType.certificate);
    expect(messages?.map(({ type }) => type)).toEqual([8, 11]);
    const result = sentCertificates(transcript);
    if (result.kind !== 'chain') expect.fail(result.kind);
    expect(result.certificates.map((der) => readCertificate(der).sha256)).toEqual(certificates);
  });

  it.each(recorded)('finds nothing more than is there when $name is cut short', ({ transcript }) => {
    const whole = bytesOf(transcript);
    const lengths = Array.from({ length: 60 }, (_, index) =>
      Math.floor((whole.received.length * index) / 60),
    );
    const found = lengths.map((length) =>
      decryptServerFlight(
        { ...whole, received: whole.received.subarray(0, length) },
        handshakeType.certificate,
      ),
    );
    const complete = found.findIndex((messages) => messages !== undefined);
    expect(complete).toBeGreaterThan(0);
    expect(
      found.slice(complete).every((messages) => messages?.at(-1)?.type === handshakeType.certificate),
    ).toBe(true);
  });

  it.each(recorded)('notices an altered octet of $name', ({ transcript }) => {
    const { sent, received, keylog } = bytesOf(transcript);
    // The last octet of the first record that is protected.
    const start = Buffer.from(received).indexOf(Buffer.from([23, 3, 3]));
    const altered = Buffer.from(received);
    altered[start + 5 + altered.readUInt16BE(start + 3) - 1]! ^= 1;
    expect(() => decryptServerFlight({ sent, received: altered, keylog }, handshakeType.certificate)).toThrow(
      expect.objectContaining({ code: 'ERR_TLS_DECRYPT' }),
    );
  });

  it('does not take the secret of another handshake', () => {
    const [first, second] = recorded.map(({ transcript }) => bytesOf(transcript));
    const foreign = { ...first!, keylog: second!.keylog };
    expect(decryptServerFlight(foreign, handshakeType.certificate)).toBeUndefined();
  });

  it('needs the secret', () => {
    const { transcript } = recorded[0]!;
    expect(sentCertificates({ ...transcript, keylog: '' })).toEqual({
      kind: 'unknown',
      why: 'handshake complete',
    });
  });

  it('refuses a record too short to hold a tag', () => {
    const { sent, received, keylog } = bytesOf(recorded[0]!.transcript);
    const start = Buffer.from(received).indexOf(Buffer.from([23, 3, 3]));
    const short = Buffer.concat([received.subarray(0, start), Buffer.from([23, 3, 3, 0, 3, 1, 2, 3])]);
    expect(() => decryptServerFlight({ sent, received: short, keylog }, handshakeType.certificate)).toThrow(
      expect.objectContaining({ code: 'ERR_TLS_DECRYPT' }),
    );
  });
});
