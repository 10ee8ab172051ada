import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AssayError } from '../../src/model/index.ts';
import { handshake13 } from '../../src/tls/handshake/handshake13.ts';
import type { Offer13 } from '../../src/tls/handshake/hello13.ts';
import type { Handshake13 } from '../../src/tls/handshake/outcome13.ts';
import { opener13, sealer13 } from '../../src/tls/handshake/protection13.ts';
import { protections } from '../../src/tls/handshake/suites13.ts';
import { groups, signatureSchemes } from '../../src/tls/registry.ts';
import { seededRandom } from '../../src/tls/seeded-random.ts';
import { sentIn13 } from '../../src/tls/sent-certificates.ts';
import type { KeyKind } from '../x509/authority.ts';
import { credential, inMemoryServer, retold, tellOver } from './talking.ts';
import { record, serverHello } from './wire.ts';

const random = seededRandom(createHash('sha256').update('handshake13').digest());
const classical = Object.values(groups).filter((code) => (code >= 0x17 && code <= 0x1e) || code >> 8 === 1);

function offer(label: string, more: Partial<Offer13> = {}): Offer13 {
  return {
    label,
    random,
    serverName: 'host.test',
    suites: [0x1301, 0x1302, 0x1303, 0x1304, 0x1305],
    groups: classical,
    shares: [groups.x25519, groups.secp256r1],
    signatureSchemes: Object.values(signatureSchemes),
    ...more,
  };
}

const only13 = { minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' } as const;
const kinds: readonly KeyKind[] = ['rsa', 'rsa-pss', 'ec', 'ec-384', 'ed25519'];

function whole(handshake: Handshake13): void {
  expect(handshake).toMatchObject({ finished: true, proof: { result: 'valid' } });
  expect(handshake.broken).toBeUndefined();
}

describe('handshake13 with node:tls', () => {
  it.each(kinds)('shows the certificate of a key of kind %s, and its proof', async (kind) => {
    const connect = inMemoryServer({ ...credential(kind), ...only13 });
    const { value } = await tellOver(connect(), handshake13(offer(kind), 'flight'));
    whole(value);
    expect(value.certificates?.map(({ der }) => der)).toEqual([credential(kind).der]);
    expect(value.completed).toBe(false);
  });

  it.each([
    ['TLS_AES_128_GCM_SHA256', 0x1301],
    ['TLS_AES_256_GCM_SHA384', 0x1302],
    ['TLS_CHACHA20_POLY1305_SHA256', 0x1303],
    ['TLS_AES_128_CCM_SHA256', 0x1304],
    ['TLS_AES_128_CCM_8_SHA256', 0x1305],
  ])('completes with %s, and reads its tickets', async (ciphers, suite) => {
    // OpenSSL 3.5 takes a tag of 64 bits for too weak by default.
    const connect = inMemoryServer({ ciphers: `${ciphers}:DEFAULT@SECLEVEL=0`, ...only13 });
    const { value } = await tellOver(connect(), handshake13(offer(ciphers), 'complete'));
    whole(value);
    expect(value).toMatchObject({ suite, completed: true, alert: 'close_notify' });
    expect(value.sessions.map(({ ticket }) => [ticket.lifetimeSeconds, ticket.earlyDataBytes])).toEqual([
      [7200, undefined],
      [7200, undefined],
    ]);
  });

  it.each([
    ['X25519', groups.x25519],
    ['X448', groups.x448],
    ['P-256', groups.secp256r1],
    ['P-384', groups.secp384r1],
    ['P-521', groups.secp521r1],
    ['ffdhe2048', groups.ffdhe2048],
    ['ffdhe3072', groups.ffdhe3072],
    ['ffdhe4096', groups.ffdhe4096],
    ['ffdhe6144', groups.ffdhe6144],
    ['ffdhe8192', groups.ffdhe8192],
  ])('agrees over %s, first after a HelloRetryRequest', async (ecdhCurve, group) => {
    const connect = inMemoryServer({ ecdhCurve, ...only13 });
    const shares = group === groups.x25519 ? [groups.secp256r1] : [groups.x25519];
    const retried = await tellOver(
      connect(),
      handshake13(offer(`${ecdhCurve} later`, { shares }), 'complete'),
    );
    whole(retried.value);
    expect(retried.value).toMatchObject({ group, retriedFor: group, completed: true });
    const straight = await tellOver(
      connect(),
      handshake13(offer(`${ecdhCurve} at once`, { shares: [group] }), 'complete'),
    );
    whole(straight.value);
    expect(straight.value.retriedFor).toBeUndefined();
  });

  it('resumes a ticket, and not one that was altered', async () => {
    const connect = inMemoryServer(only13);
    const first = await tellOver(connect(), handshake13(offer('first'), 'complete'));
    const session = first.value.sessions[0]!;
    expect(first.value.resumed).toBe(false);
    const again = await tellOver(connect(), handshake13(offer('again', { session }), 'flight'));
    expect(again.value).toMatchObject({ resumed: true, finished: true });
    expect(again.value.certificates).toBeUndefined();
    const altered = { ...session.ticket, bytes: session.ticket.bytes.map((byte) => byte ^ 1) };
    const other = await tellOver(
      connect(),
      handshake13(offer('altered', { session: { ...session, ticket: altered } }), 'flight'),
    );
    expect(other.value).toMatchObject({ resumed: false, finished: true });
  });

  it('resumes after a HelloRetryRequest too', async () => {
    const connect = inMemoryServer({ ...only13, ecdhCurve: 'P-521' });
    const first = await tellOver(connect(), handshake13(offer('first'), 'complete'));
    const session = first.value.sessions[0]!;
    const again = await tellOver(connect(), handshake13(offer('retried', { session }), 'flight'));
    expect(again.value).toMatchObject({ resumed: true, finished: true, retriedFor: groups.secp521r1 });
  });

  it('tells a client certificate that is required from one that is only asked for', async () => {
    const { cert } = credential('ec');
    const asked = { isServer: true, requestCert: true } as const;
    const required = inMemoryServer({ ...only13, ca: cert }, { ...asked, rejectUnauthorized: true });
    const refused = await tellOver(required(), handshake13(offer('required'), 'complete'));
    whole(refused.value);
    expect(refused.value.request).toMatchObject({ authoritiesTotal: 1 });
    const optional = inMemoryServer({ ...only13, ca: cert }, { ...asked, rejectUnauthorized: false });
    const admitted = await tellOver(optional(), handshake13(offer('optional'), 'complete'));
    expect(admitted.value).toMatchObject({ completed: true, alert: 'close_notify' });
    expect(admitted.value.sessions).toHaveLength(2);
    expect(admitted.value.request).toBeDefined();
  });

  it('keeps nothing of what the application says', async () => {
    const connect = inMemoryServer(only13, {}, (socket) => void socket.write('secret'.repeat(500)));
    const { value, steps } = await tellOver(connect(), handshake13(offer('talkative'), 'complete'));
    expect(value).toMatchObject({ completed: true, ended: 'complete' });
    const kept = Buffer.concat(steps.map(({ received }) => received));
    expect(kept.length).toBeLessThan(3000);
    expect(retold(handshake13(offer('talkative'), 'complete'), steps)).toEqual(value);
  });

  it('gives the same again from what was said, in whatever pieces', async () => {
    const connect = inMemoryServer({ ...only13, ecdhCurve: 'P-384' });
    const { value, steps } = await tellOver(connect(), handshake13(offer('again'), 'complete'));
    expect(retold(handshake13(offer('again'), 'complete'), steps)).toEqual(value);
  });

  it('says which version another server answered', async () => {
    const connect = inMemoryServer({ maxVersion: 'TLSv1.2' });
    const { value } = await tellOver(connect(), handshake13(offer('older'), 'flight'));
    expect(value).toMatchObject({ finished: false, alert: 'protocol_version' });
  });

  it('needs ML-KEM only where the server asks for it', async () => {
    const connect = inMemoryServer({ ...only13, ecdhCurve: 'X25519' });
    const all = { groups: [groups.X25519MLKEM768, ...classical] };
    const { value } = await tellOver(connect(), handshake13(offer('classical', all), 'flight'));
    whole(value);
  });
});

/** The encrypted part of a flight with its messages changed, sealed again with the secret that was logged. */
function resealed(
  received: Uint8Array,
  keylog: readonly string[],
  change: (message: Buffer) => Buffer,
): Buffer {
  const line = keylog.find((each) => each.startsWith('SERVER_HANDSHAKE_TRAFFIC_SECRET')) ?? '';
  const secret = Buffer.from(line.split(' ')[2] ?? '', 'hex');
  const protection = protections.get(0x1301)!;
  const [open, seal] = [opener13(protection, secret), sealer13(protection, secret)];
  const records: Buffer[] = [];
  const bytes = Buffer.from(received);
  for (let at = 0; at < bytes.length; ) {
    const record = bytes.subarray(at, at + 5 + bytes.readUInt16BE(at + 3));
    at += record.length;
    records.push(record[0] === 23 ? seal(22, change(Buffer.from(open(record).content))) : record);
  }
  return Buffer.concat(records);
}

describe('a server that lies', () => {
  it('makes nothing but outcomes, however its flight is altered', async () => {
    const connect = inMemoryServer({ ...only13, ecdhCurve: 'P-384' });
    const { steps } = await tellOver(connect(), handshake13(offer('mutated'), 'complete'));
    const place = fc.tuple(fc.nat(steps.length - 1), fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255));
    fc.assert(
      fc.property(fc.array(place, { minLength: 1, maxLength: 4 }), fc.boolean(), (places, cut) => {
        const mutated = steps.map(({ received, ...rest }) => ({
          ...rest,
          received: Uint8Array.from(received),
        }));
        for (const [index, at, value] of places) {
          const bytes = mutated[index]!.received;
          const position = Math.floor(at * Math.max(0, bytes.length - 1));
          if (cut) mutated[index]!.received = bytes.subarray(0, position);
          else if (bytes.length > 0) bytes[position] = value;
        }
        const outcome = retold(handshake13(offer('mutated'), 'complete'), mutated);
        expect(outcome.sessions.length).toBeLessThanOrEqual(16);
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  it('is taken at its word only when the word is well formed', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 3 }), (replies) => {
        const steps = replies.map((received) => ({
          sent: new Uint8Array(),
          received,
          ended: 'complete' as const,
        }));
        try {
          expect(retold(handshake13(offer('garbage'), 'complete'), steps).finished).toBe(false);
        } catch (error) {
          expect(error).toBeInstanceOf(AssayError);
        }
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  const flight = (...received: readonly Uint8Array[]) =>
    retold(
      handshake13(offer('lies'), 'complete'),
      received.map((bytes) => ({ sent: new Uint8Array(), received: bytes, ended: 'complete' as const })),
    );
  const retry = (retryGroup: number): Buffer => serverHello('TLSv1.3', { retryGroup });

  it.each([
    [
      'asks for a hello again and again',
      [retry(groups.secp384r1), retry(groups.secp521r1)],
      'second HelloRetry',
    ],
    ['asks for a group that was not offered', [retry(groups.MLKEM768)], 'not offered'],
    ['asks for the key it was just sent', [retry(groups.x25519)], 'sent already'],
    ['picks a suite that was not offered', [serverHello('TLSv1.3', { suite: 0x1306 })], 'suite that was not'],
    [
      'changes its suite',
      [retry(groups.secp384r1), serverHello('TLSv1.3', { suite: 0x1302 })],
      'another cipher suite',
    ],
    ['sends a key that is none', [serverHello('TLSv1.3')], 'none of its group'],
    ['speaks something else', [Buffer.from('HTTP/1.1 400 Bad Request')], 'something other than TLS'],
    ['sends a certificate first', [record(22, Buffer.from([11, 0, 0, 0]))], 'where none belongs'],
    ['sends data first', [record(23, Buffer.alloc(20))], 'data before'],
  ])('is told apart: it %s', (_, replies, why) => {
    expect(flight(...replies)).toMatchObject({ finished: false, broken: expect.stringContaining(why) });
  });

  it('is recognised where its suite is not opened here', () => {
    const all = { ...offer('unopened'), suites: [0x1301, 0x00c6] };
    const steps = [
      {
        sent: new Uint8Array(),
        received: serverHello('TLSv1.3', { suite: 0x00c6 }),
        ended: 'complete' as const,
      },
    ];
    expect(retold(handshake13(all, 'complete'), steps).unopened).toEqual({
      what: 'cipher-suite',
      code: 0x00c6,
      wantsEncapsulation: false,
    });
  });

  it('is recognised where it wants ML-KEM that is not at hand', () => {
    const all = { ...offer('hybrid'), groups: [...classical, groups.X25519MLKEM768] };
    const steps = [
      { sent: new Uint8Array(), received: retry(groups.X25519MLKEM768), ended: 'complete' as const },
    ];
    expect(retold(handshake13(all, 'complete'), steps).unopened).toEqual({
      what: 'group',
      code: groups.X25519MLKEM768,
      wantsEncapsulation: true,
    });
  });

  it('shows no chain where another key than the certificate’s signed', async () => {
    const connect = inMemoryServer({ ...only13, ciphers: 'TLS_AES_128_GCM_SHA256' });
    const { value, steps } = await tellOver(connect(), handshake13(offer('forged'), 'flight'));
    expect(sentIn13(value)).toMatchObject({ kind: 'chain' });
    const forged = steps.map((step) => ({
      ...step,
      received: resealed(step.received, value.keylog, (message) => {
        if (message[0] !== 15) return message;
        // Inside of r, so that the signature stays well formed.
        message[20] = (message[20] ?? 0) ^ 1;
        return message;
      }),
    }));
    const outcome = retold(handshake13(offer('forged'), 'flight'), forged);
    expect(outcome.proof).toEqual({ scheme: 0x0403, result: 'invalid' });
    expect(sentIn13(outcome)).toEqual({ kind: 'unknown', why: expect.stringContaining('another key') });
    expect(outcome.broken).toContain('Finished');
  });

  it('is not listened to for ever', async () => {
    const connect = inMemoryServer({ ...only13, ciphers: 'TLS_AES_128_GCM_SHA256' });
    const { value, steps } = await tellOver(connect(), handshake13(offer('endless'), 'complete'));
    const line = value.keylog.find((each) => each.startsWith('SERVER_TRAFFIC_SECRET_0')) ?? '';
    const seal = sealer13(protections.get(0x1301)!, Buffer.from(line.split(' ')[2] ?? '', 'hex'));
    const ticket = Buffer.from([4, 0, 0, 14, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 1, 7, 0, 0]);
    const updated = Buffer.from([24, 0, 0, 1, 0]);
    const endless = (message: Buffer): Buffer =>
      Buffer.concat(Array.from({ length: 500 }, () => seal(22, message)));
    const [first] = steps;
    const tickets = [first!, { ...first!, received: endless(ticket) }];
    const outcome = retold(handshake13(offer('endless'), 'complete'), tickets);
    expect(outcome.sessions).toHaveLength(16);
    expect(outcome.sessions[0]?.ticket).toMatchObject({ lifetimeSeconds: 9, bytes: Uint8Array.from([7]) });
    const updates = [first!, { ...first!, received: endless(updated) }];
    expect(retold(handshake13(offer('endless'), 'complete'), updates).sessions).toEqual([]);
  });
});
