import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AssayError } from '../../src/model/index.ts';
import { judgedBytes, judgeReply, keepablePart, untilAnswered } from '../../src/tls/answer.ts';
import { decodeCertificateMessage } from '../../src/tls/certificate-message.ts';
import { fullHello, type Offer, ssl2Hello } from '../../src/tls/offers.ts';
import type { ProtocolVersion } from '../../src/tls/registry.ts';
import { seededRandom } from '../../src/tls/seeded-random.ts';
import { decodeServerHello } from '../../src/tls/server-hello.ts';
import { readKeyExchange } from '../../src/tls/server-key-exchange.ts';
import { Ssl2Reader } from '../../src/tls/ssl2.ts';
import { bodiesOf, handshakes } from './real-servers.ts';
import { ssl2ServerHello } from './wire.ts';

const options = { serverName: 'host.test', random: seededRandom(new Uint8Array(32)) };
const purpose = { label: 'test' };
const versions: readonly ProtocolVersion[] = ['TLSv1.3', 'TLSv1.2', 'TLSv1.0', 'SSLv3', 'SSLv2'];
const offerOf = (version: ProtocolVersion): Offer =>
  version === 'SSLv2' ? ssl2Hello(options, purpose) : fullHello(version, options, purpose);

/** What a real server sent, changed at a few places, cut short, or with something else behind it. */
function altered(originals: readonly Uint8Array[]): fc.Arbitrary<Buffer> {
  const places = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 4 });
  return fc
    .tuple(fc.constantFrom(...originals), places, fc.nat(), fc.boolean(), fc.uint8Array({ maxLength: 12 }))
    .map(([original, changes, length, cut, behind]) => {
      const bytes = Buffer.from(original);
      for (const [at, value] of changes) bytes[at % Math.max(1, bytes.length)] = value;
      const kept = cut ? bytes.subarray(0, length % (bytes.length + 1)) : bytes;
      return Buffer.concat([kept, behind]);
    });
}

const replies = altered([...handshakes.map(({ received }) => received), ssl2ServerHello([0x010080])]);
const lengths = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 6 });

function cutInto(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0, index = 0; at < bytes.length; index++) {
    const size = sizes[index % sizes.length] ?? 1;
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

describe('a reply that a server made up', () => {
  test('is judged by what is kept of it as by all of it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...versions), replies, (version, received) => {
        const offer = offerOf(version);
        const kept = keepablePart(version, received);
        expect(kept.length).toBeLessThanOrEqual(judgedBytes);
        const whole = judgeReply(version, offer, { received, ended: 'closed' });
        expect(judgeReply(version, offer, { received: kept, ended: 'closed' })).toEqual(whole);
      }),
      { numRuns: 300 },
    );
  });

  test('is judged the same however packets cut it, and whatever comes behind the answer', () => {
    fc.assert(
      fc.property(fc.constantFrom(...versions), replies, lengths, (version, received, sizes) => {
        const until = untilAnswered(version);
        const pieces = cutInto(received, sizes);
        const last = pieces.findIndex((piece) => until(piece));
        if (last === -1) return;
        const heard = Buffer.concat(pieces.slice(0, last + 1));
        const offer = offerOf(version);
        expect(judgeReply(version, offer, { received: heard, ended: 'complete' })).toEqual(
          judgeReply(version, offer, { received, ended: 'complete' }),
        );
      }),
      { numRuns: 300 },
    );
  });

  test('is accepted only with a suite that was offered', () => {
    const suites = new Set<string>();
    fc.assert(
      fc.property(fc.constantFrom('TLSv1.3' as const, 'TLSv1.2' as const), replies, (version, received) => {
        const answer = judgeReply(version, offerOf(version), { received, ended: 'complete' });
        if (answer.kind !== 'accepted') return;
        suites.add(answer.suite);
        expect(answer.suite).toMatch(version === 'TLSv1.3' ? /^TLS_(AES|CHACHA20|SM4)/ : /_WITH_/);
      }),
      { numRuns: 300 },
    );
    expect(suites.size).toBeGreaterThan(1);
  });
});

describe('messages that a server made up', () => {
  test('of SSLv2 are read the same however they are cut', () => {
    fc.assert(
      fc.property(altered([ssl2ServerHello([0x010080, 0x0700c0])]), lengths, (bytes, sizes) => {
        const answerTo = (chunks: readonly Buffer[]) => {
          const reader = new Ssl2Reader();
          for (const chunk of chunks) reader.push(chunk);
          return reader.answer();
        };
        expect(answerTo(cutInto(bytes, sizes))).toEqual(answerTo([bytes]));
      }),
    );
  });

  test('a ServerHello is whole, or none', () => {
    const hellos = bodiesOf(2);
    for (const body of hellos) {
      expect(decodeServerHello(body)).toBeDefined();
      // Before the extensions a hello may end: those of SSLv3 and TLS 1.0 do.
      const withoutExtensions = 2 + 32 + 1 + (body[34] ?? 0) + 3;
      for (let length = 0; length < body.length; length++)
        expect(decodeServerHello(body.subarray(0, length)) !== undefined).toBe(length === withoutExtensions);
    }
    fc.assert(
      fc.property(altered(hellos), (body) => void decodeServerHello(body)),
      { numRuns: 300 },
    );
  });

  test('a Certificate message is whole, or ERR_TLS_DECODE', () => {
    const bodies = bodiesOf(11);
    const first = bodies[0];
    if (first === undefined) expect.fail('no Certificate message in the corpus');
    for (let length = 0; length < first.length; length++)
      expect(() => decodeCertificateMessage(first.subarray(0, length), 'TLSv1.2')).toThrow(AssayError);
    fc.assert(
      fc.property(altered(bodies), fc.constantFrom('TLSv1.2' as const, 'TLSv1.3' as const), (body, form) => {
        try {
          const list = decodeCertificateMessage(body, form);
          const total = list.reduce((sum, { der }) => sum + der.length, 0);
          expect(total).toBeLessThanOrEqual(body.length);
        } catch (error) {
          expect(error).toMatchObject({ code: 'ERR_TLS_DECODE' });
        }
      }),
      { numRuns: 300 },
    );
  });

  test('a ServerKeyExchange gives a part of itself, or nothing', () => {
    const suites = ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', 'TLS_DHE_PSK_WITH_AES_128_CBC_SHA'];
    fc.assert(
      fc.property(altered(bodiesOf(12)), fc.constantFrom(...suites), (body, suite) => {
        const seen = readKeyExchange(suite, 0x0303, body);
        expect(seen?.dh?.prime.length ?? 0).toBeLessThanOrEqual(body.length);
        expect(seen?.group ?? 0).toBeLessThanOrEqual(0xffff);
      }),
      { numRuns: 300 },
    );
  });
});
