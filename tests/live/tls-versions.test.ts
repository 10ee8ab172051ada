import type { SecureVersion, TlsOptions } from 'node:tls';
import { afterEach, describe, expect, test } from 'vitest';
import { probeVersions } from '../../src/tls/prober.ts';
import { replay } from '../../src/tls/recorded-dialogue.ts';
import type { ProtocolVersion } from '../../src/tls/registry.ts';
import { seededRandom } from '../../src/tls/seeded-random.ts';
import { versionsValue } from '../../src/tls/versions-value.ts';
import { type Listening, lookAt, tlsServer } from '../tls/look.ts';
import type { KeyKind } from '../x509/authority.ts';

const servers: Listening[] = [];
const start = async (...how: Parameters<typeof tlsServer>): Promise<number> => {
  const server = await tlsServer(...how);
  servers.push(server);
  return server.port;
};
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

const all: readonly ProtocolVersion[] = ['SSLv2', 'SSLv3', 'TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];
const accepting = (accepted: readonly ProtocolVersion[]): Record<string, string> =>
  Object.fromEntries(all.map((version) => [version, accepted.includes(version) ? 'accepted' : 'refused']));
const legacy = 'DEFAULT@SECLEVEL=0';

describe('node:tls', () => {
  const ranges: [SecureVersion, SecureVersion, readonly ProtocolVersion[]][] = [
    ['TLSv1.3', 'TLSv1.3', ['TLSv1.3']],
    ['TLSv1.2', 'TLSv1.3', ['TLSv1.2', 'TLSv1.3']],
    ['TLSv1.2', 'TLSv1.2', ['TLSv1.2']],
    ['TLSv1.1', 'TLSv1.2', ['TLSv1.1', 'TLSv1.2']],
    ['TLSv1', 'TLSv1', ['TLSv1.0']],
    ['TLSv1', 'TLSv1.3', ['TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']],
  ];

  test.each(ranges)('from %s to %s', async (minVersion, maxVersion, accepted) => {
    const look = await lookAt(await start({ minVersion, maxVersion, ciphers: legacy }));
    expect(look.value).toEqual(accepting(accepted));
    expect(look.completeness).toEqual([
      { list: '', basis: 'each version tried by its own ClientHello', returned: 6, total: 6, missing: [] },
    ]);
  });

  test('versions that are on and cannot be used, as no cipher suite is left for them, are refused', async () => {
    const look = await lookAt(await start({ minVersion: 'TLSv1', ciphers: 'ECDHE+AESGCM' }));
    expect(look.value).toEqual(accepting(['TLSv1.2', 'TLSv1.3']));
  });

  test.each<KeyKind>(['ec', 'ec-384', 'ed25519', 'rsa-pss'])('with a key of kind %s', async (kind) => {
    expect((await lookAt(await start({}, kind))).value).toEqual(accepting(['TLSv1.2', 'TLSv1.3']));
  });

  const narrow: [string, TlsOptions, readonly ProtocolVersion[]][] = [
    ['one group', { ecdhCurve: 'P-521', minVersion: 'TLSv1.3' }, ['TLSv1.3']],
    ['x448 alone', { ecdhCurve: 'X448', minVersion: 'TLSv1.3' }, ['TLSv1.3']],
    ['one suite of TLS 1.3', { ciphers: 'TLS_CHACHA20_POLY1305_SHA256', minVersion: 'TLSv1.3' }, ['TLSv1.3']],
    ['one old suite', { ciphers: 'AES128-SHA:@SECLEVEL=0', maxVersion: 'TLSv1.2' }, ['TLSv1.2']],
    [
      'shared keys alone',
      { ciphers: 'PSK', maxVersion: 'TLSv1.2', pskCallback: () => Buffer.alloc(16) },
      ['TLSv1.2'],
    ],
    ['a client certificate wanted', { requestCert: true, rejectUnauthorized: true }, ['TLSv1.2', 'TLSv1.3']],
  ];

  test.each(narrow)('with %s', async (_, options, accepted) => {
    expect((await lookAt(await start(options))).value).toEqual(accepting(accepted));
  });

  test('on an address literal, IPv6 too, where no server name is sent', async () => {
    const port = await start({}, 'ec', '::1');
    const look = await lookAt(port, { host: '::1', address: '::1' });
    expect(look.value).toEqual(accepting(['TLSv1.2', 'TLSv1.3']));
    expect(look.requests).toContainEqual(expect.stringContaining('no server name'));
  });

  test('for the name asked: one that the server does not know gets no answer', async () => {
    const SNICallback: TlsOptions['SNICallback'] = (name, done) =>
      name === 'host.test' ? done(null) : done(new Error('unknown name'));
    const port = await start({ SNICallback });
    expect((await lookAt(port)).value).toEqual(accepting(['TLSv1.2', 'TLSv1.3']));
    const unknown = await lookAt(port, { host: 'other.test' });
    expect(unknown.value).toEqual({ SSLv2: 'refused', 'TLSv1.0': 'refused', 'TLSv1.1': 'refused' });
    const missing = unknown.completeness[0]?.missing.map(({ what }) => what);
    expect(missing).toEqual(['SSLv3', 'TLSv1.2', 'TLSv1.3']);
  });
});

test('the evidence alone replays to the same fact', async () => {
  const look = await lookAt(await start());
  const { connections, seed } = JSON.parse(Buffer.from(look.evidence[0]!.bytes).toString());
  const again = (name: string) =>
    replay(probeVersions({ serverName: name, random: seededRandom(Buffer.from(seed, 'hex')) }), connections);
  expect(versionsValue(again('host.test'))).toEqual(look.value);
  expect(() => again('other.test')).toThrow('expected the bytes that follow from the seed');
});

test('the evidence holds each connection, and each version is one request', async () => {
  const look = await lookAt(await start());
  const [evidence] = look.evidence;
  const transcript = JSON.parse(Buffer.from(evidence!.bytes).toString());
  expect(transcript).toMatchObject({ host: 'host.test', address: '127.0.0.1' });
  expect(transcript.answers).toMatchObject({
    'TLSv1.1': 'refused: alert protocol_version',
    'TLSv1.3': expect.stringMatching(/^accepted: answered with it and TLS_AES/),
  });
  expect(transcript.connections).toHaveLength(look.connections);
  expect(transcript.connections[0]).toEqual({
    label: 'TLSv1.3 full',
    steps: [
      {
        sent: expect.stringMatching(/^160301[0-9a-f]+$/),
        received: expect.stringMatching(/^160303[0-9a-f]+$/),
        receivedBytes: expect.any(Number),
        ended: 'complete',
      },
    ],
  });
  expect(look.requests.map((request) => request.split(' ')[0])).toEqual(all);
  expect(look.connections).toBeLessThanOrEqual(16);
});
