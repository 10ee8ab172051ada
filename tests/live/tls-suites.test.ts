import { constants } from 'node:crypto';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { suiteProperties } from '../../src/tls/suite-properties.ts';
import { fakeServer, type Listening, tlsServer } from '../tls/look.ts';
import { groupsOf, lookAtFacts, suitesByVersion } from '../tls/look-at-facts.ts';
import { server } from '../tls/simulated.ts';
import { readHello } from '../tls/wire.ts';

const running: Listening[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.stop()));
});

async function port(started: Promise<Listening>): Promise<number> {
  const listening = await started;
  running.push(listening);
  return listening.port;
}

const names12 = {
  'ECDHE-RSA-AES128-GCM-SHA256': 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  'ECDHE-RSA-CHACHA20-POLY1305': 'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
  'AES256-SHA': 'TLS_RSA_WITH_AES_256_CBC_SHA',
  'ADH-AES128-SHA': 'TLS_DH_anon_WITH_AES_128_CBC_SHA',
  'NULL-SHA256': 'TLS_RSA_WITH_NULL_SHA256',
} as const;
const three = ['TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256', 'TLS_AES_128_GCM_SHA256'];

describe('a node server', () => {
  test.each([
    ['its own order', true, 'server'],
    ['the client’s order', false, 'client'],
  ])('is seen as it is configured: %s', async (_, honorCipherOrder, preference) => {
    const ciphers = `${Object.keys(names12).join(':')}:@SECLEVEL=0:${three.join(':')}`;
    const options = { ciphers, honorCipherOrder, dhparam: 'auto', ecdhCurve: 'P-384:X25519' } as const;
    const seen = await lookAtFacts(await port(tlsServer(options)), ['tls.suites', 'tls.groups']);
    const suites = suitesByVersion(seen.values['tls.suites']);
    expect(new Set(suites['TLSv1.2'])).toEqual(new Set(Object.values(names12)));
    expect(new Set(suites['TLSv1.3'])).toEqual(new Set(three));
    if (honorCipherOrder) expect(suites['TLSv1.2']).toEqual(Object.values(names12));
    const order = seen.values['tls.suites'].orders.find(({ version }) => version === 'TLSv1.2');
    expect(order?.preference).toBe(preference);
    for (const version of ['TLSv1.2', 'TLSv1.3'])
      expect(new Set(groupsOf(seen.values['tls.groups'], version))).toEqual(new Set(['secp384r1', 'x25519']));
    expect(Object.values(seen.missing).flat()).toEqual([]);
    expect(seen.connections).toBeLessThanOrEqual(8 + 30);
  });

  test.each(['rsa', 'ec', 'ed25519'] as const)(
    'with a key of kind %s shows its suites and groups',
    async (kind) => {
      const listening = await port(tlsServer({ minVersion: 'TLSv1.2', ecdhCurve: 'P-384:P-256' }, kind));
      const seen = await lookAtFacts(listening, ['tls.suites', 'tls.groups']);
      const authentications = new Set(
        (suitesByVersion(seen.values['tls.suites'])['TLSv1.2'] ?? []).map(
          (name) => suiteProperties(name).authentication,
        ),
      );
      expect(authentications).toEqual(new Set([kind === 'rsa' ? 'RSA' : 'ECDSA']));
      for (const version of ['TLSv1.2', 'TLSv1.3'])
        expect(new Set(groupsOf(seen.values['tls.groups'], version))).toEqual(
          new Set(['secp384r1', 'secp256r1']),
        );
      expect(Object.values(seen.missing).flat()).toEqual([]);
    },
  );

  test('ends what it can protect, and says so', async () => {
    const options = {
      minVersion: 'TLSv1',
      ciphers: 'DEFAULT:@SECLEVEL=0',
      ALPNProtocols: ['only-mine'],
    } as const;
    const names = ['tls.extensions', 'tls.compression', 'tls.fallback'] as const;
    const { values, missing } = await lookAtFacts(await port(tlsServer(options)), names);
    expect(values['tls.extensions'].alpn).toBe('(none)');
    expect(values['tls.extensions'].versions.map(({ version }) => version)).toEqual([
      'TLSv1.2',
      'TLSv1.1',
      'TLSv1.0',
    ]);
    for (const each of values['tls.extensions'].versions)
      expect(each).toMatchObject({
        secureRenegotiation: true,
        extendedMasterSecret: true,
        encryptThenMac: true,
      });
    expect(new Set(values['tls.compression'].versions.map(({ method }) => method))).toEqual(
      new Set(['null']),
    );
    expect(values['tls.fallback'].protections).toHaveLength(5);
    expect(values['tls.fallback'].protections.every(({ works }) => works)).toBe(true);
    expect(Object.values(missing).flat()).toEqual([]);
  });

  test('without extended master secret and tickets', async () => {
    const options = { maxVersion: 'TLSv1.2', secureOptions: constants.SSL_OP_NO_TICKET } as const;
    const { values } = await lookAtFacts(await port(tlsServer(options)), ['tls.extensions']);
    expect(values['tls.extensions'].versions).toMatchObject([{ version: 'TLSv1.2', sessionTicket: false }]);
  });
});

/** Answers each hello as a simulated server does, and goes on as the test says. */
function answering(answer: (hello: Buffer, socket: Socket) => void): Promise<Listening> {
  return fakeServer((socket) => {
    let received = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      const length =
        (received[0] ?? 0) >= 0x80 ? 2 + (received.readUInt16BE(0) & 0x7fff) : 5 + received.readUInt16BE(3);
      if (received.length >= length) answer(received, socket);
    });
  });
}

describe('a hostile server', () => {
  const honest = server({ version: 'TLSv1.2', suites: [0xc02f, 0x009c, 0x002f] });
  const replyTo = (hello: Buffer): Uint8Array => honest(readHello(hello), '').received;
  const limits = { timeoutMs: 300 };

  test('that falls silent after two hellos of a version is not seen whole', async () => {
    let answered = 0;
    const started = answering((hello, socket) => {
      const is12 = readHello(hello).version === 'TLSv1.2';
      if (!is12 || answered++ < 2) socket.end(replyTo(hello));
    });
    const { values, missing } = await lookAtFacts(await port(started), ['tls.suites'], limits);
    expect(values['tls.suites'].accepted).toHaveLength(2);
    expect(missing['tls.suites']).toContain('cipher suites of TLSv1.2: no answer in time');
  });

  test('that always answers with the same suite ends the look', async () => {
    let connections = 0;
    const first = replyTo;
    let reply: Uint8Array | undefined;
    const started = answering((hello, socket) => {
      connections++;
      const own: Uint8Array = first(hello);
      if (readHello(hello).version === 'TLSv1.2') reply ??= own;
      socket.end(readHello(hello).version === 'TLSv1.2' ? (reply ?? own) : own);
    });
    const { missing } = await lookAtFacts(await port(started), ['tls.suites'], limits);
    expect(missing['tls.suites'].join()).toContain('0xc02f');
    expect(connections).toBeLessThan(30);
  });

  test('that sends one byte a packet is read', async () => {
    const started = answering((hello, socket) => {
      socket.setNoDelay(true);
      for (const byte of replyTo(hello)) socket.write(Buffer.from([byte]));
      socket.end();
    });
    const { values, missing } = await lookAtFacts(await port(started), ['tls.suites']);
    expect(suitesByVersion(values['tls.suites'])['TLSv1.2']).toHaveLength(3);
    expect(missing['tls.suites'].filter((what) => what.includes('TLSv1.2'))).toEqual([]);
  });

  test('that floods is cut off', async () => {
    const started = answering((hello, socket) => {
      socket.write(Buffer.from(replyTo(hello)).subarray(0, 20));
      for (let i = 0; i < 64; i++) socket.write(Buffer.alloc(65_536, 22));
    });
    const { missing } = await lookAtFacts(await port(started), ['tls.suites'], limits);
    expect(missing['tls.suites'].length).toBeGreaterThan(0);
  });
});
