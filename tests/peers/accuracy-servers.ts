import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { cipherSuites, hexCode } from '../../src/tls/cipher-suites.ts';
import { type ByVersion, configuredGnutls, configuredOpenssl } from './configured.ts';
import type { Servers } from './servers.ts';

/** What a server is configured to accept: `TLSv1.2 0xc02f`, and of TLS 1.3 the groups. */
export interface Truth {
  readonly suites: readonly string[];
  /** In the server's order; absent where the configuration does not say it. */
  readonly groups?: readonly string[];
  /** Before TLS 1.3, is the order of suites the server's, and is it that of `suites`? */
  readonly inOrder?: boolean;
}

export interface Started {
  readonly port: number;
  readonly truth: Truth;
}

/** What the servers are started with. */
export interface Ground {
  readonly peers: Servers;
  /** Where Node 0.10 and 24 are. */
  readonly packages: string;
  readonly running: ChildProcess[];
}

const always = ['any', 'None'];
const mozilla =
  'ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384:DHE-RSA-CHACHA20-POLY1305';
const only13 = ['-no_tls1', '-no_tls1_1', '-no_tls1_2'];
const from12 = ['-no_tls1', '-no_tls1_1'];

function flat(byVersion: ByVersion): readonly string[] {
  return Object.entries(byVersion).flatMap(([version, suites]) =>
    suites.map(({ code }) => `${version} ${code}`),
  );
}

function nginx({ peers }: Ground, protocols: string, directives = ''): Promise<number> {
  const dh = ['genpkey', '-genparam', '-algorithm', 'DH', '-pkeyopt', 'group:ffdhe2048'];
  execFileSync('openssl', [...dh, '-out', peers.path('dh.pem')], { stdio: 'ignore' });
  return peers.nginx(
    `ssl_protocols ${protocols}; ssl_ecdh_curve X25519:prime256v1:secp384r1; ssl_prefer_server_ciphers on;
ssl_ciphers ${mozilla}; ssl_dhparam ${peers.path('dh.pem')}; ${directives}`,
  );
}
const nginxGroups = ['x25519', 'secp256r1', 'secp384r1'];

function certificate({ peers }: Ground, name: string, prefix = ''): string[] {
  return [`-${prefix}cert`, peers.path(`${name}.pem`), `-${prefix}key`, peers.path(`${name}.key`)];
}

async function openssl(ground: Ground, name: string, keys: readonly string[]): Promise<Started> {
  const ciphers = 'ECDHE+AESGCM:ECDHE+CHACHA20:ECDHE+AES';
  const options = [...from12, '-serverpref'];
  const groups = ['-groups', 'P-384:X25519'];
  const port = await ground.peers.openssl([
    ...certificate(ground, name),
    ...groups,
    '-cipher',
    ciphers,
    ...options,
  ]);
  const suites = flat(configuredOpenssl(ciphers, [...always, ...keys], options));
  return { port, truth: { suites, groups: ['secp384r1', 'x25519'], inOrder: true } };
}

/** A program that prints its port, and what it has to say, in its first line. */
async function printing(
  ground: Ground,
  command: string,
  args: readonly string[],
): Promise<readonly string[]> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  ground.running.push(child);
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`expected ${command} to listen, got exit code ${code}`);
  });
  ended.catch(() => undefined);
  const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), ended]);
  return String(line).split(' ');
}

/** In the words that Node 0.10 knows. */
const nodeProgram = `
var fs = require('fs'), options = JSON.parse(process.argv[2]);
options.key = fs.readFileSync(process.argv[3]);
options.cert = fs.readFileSync(process.argv[4]);
var server = require('tls').createServer(options, function (socket) { socket.on('error', function () {}); });
server.on('clientError', function () {}).on('tlsClientError', function () {});
server.listen(0, '127.0.0.1', function () { console.log(server.address().port); });
`;

async function node(
  ground: Ground,
  version: 'old' | 'current',
  options: Readonly<Record<string, string | boolean>>,
  flags: readonly string[] = [],
): Promise<number> {
  const { path } = ground.peers;
  writeFileSync(path('server.js'), nodeProgram);
  const binary = `${ground.packages}/node_modules/${version}/bin/node`;
  const given = [JSON.stringify(options), path('rsa.key'), path('rsa.pem')];
  const [port] = await printing(ground, binary, [...flags, path('server.js'), ...given]);
  return Number(port);
}

const opensslGroups: Readonly<Record<string, string>> = {
  x25519: 'X25519',
  x448: 'X448',
  secp256r1: 'P-256',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
};
const everyGroup = [
  'X25519MLKEM768',
  'SecP256r1MLKEM768',
  'SecP384r1MLKEM1024',
  ...Object.keys(opensslGroups),
  'MLKEM512',
  'MLKEM768',
  'MLKEM1024',
  'ffdhe2048',
  'ffdhe3072',
  'ffdhe4096',
];

async function node24(ground: Ground, groups: readonly string[]): Promise<Started> {
  const ecdhCurve = groups.map((name) => opensslGroups[name] ?? name).join(':');
  const port = await node(ground, 'current', { ecdhCurve, minVersion: 'TLSv1.3', honorCipherOrder: true });
  return { port, truth: { suites: flat(configuredOpenssl('ALL', always, only13)), groups } };
}

/**
 * OpenSSL 1.0.1q with ALL:COMPLEMENTOFALL and an RSA key: Node 0.10 gives it neither a curve, nor Diffie-Hellman
 * parameters, nor the short key of the export suites. That leaves the key transport of RSA.
 */
const oldSuites = '0x0001 0x0002 0x0004 0x0005 0x0007 0x0009 0x000a 0x002f 0x0035 0x0041 0x0084 0x0096'.split(
  ' ',
);
const oldOnly12 = '0x003b 0x003c 0x003d 0x009c 0x009d'.split(' ');
const oldSsl2 = '0x010080 0x020080 0x030080 0x040080 0x050080 0x060040 0x0700c0'.split(' ');

async function node010(ground: Ground): Promise<Started> {
  const options = { secureProtocol: 'SSLv23_method', ciphers: 'ALL:COMPLEMENTOFALL', honorCipherOrder: true };
  const port = await node(ground, 'old', options, ['--enable-ssl2', '--enable-ssl3']);
  const suites = [
    ...['SSLv3', 'TLSv1.0', 'TLSv1.1', 'TLSv1.2'].flatMap((version) =>
      oldSuites.map((code) => `${version} ${code}`),
    ),
    ...oldOnly12.map((code) => `TLSv1.2 ${code}`),
    ...oldSsl2.map((code) => `SSLv2 ${code}`),
  ];
  return { port, truth: { suites } };
}

const codeOf = new Map([...cipherSuites].map(([code, name]) => [name, hexCode(code)]));

/** The versions in which JSSE has a suite (sun.security.ssl.CipherSuite), by its name. */
function versionsInJsse(name: string): readonly string[] {
  if (/^TLS_(AES|CHACHA20)_/.test(name)) return ['TLSv1.3'];
  if (/GCM|CHACHA20|SHA256$|SHA384$/.test(name)) return ['TLSv1.2'];
  if (/EXPORT/.test(name)) return ['SSLv3', 'TLSv1.0'];
  if (/_DES_/.test(name)) return ['SSLv3', 'TLSv1.0', 'TLSv1.1'];
  return ['SSLv3', 'TLSv1.0', 'TLSv1.1', 'TLSv1.2'];
}

async function jsse(ground: Ground): Promise<Started> {
  const { path } = ground.peers;
  const pair = ['-in', path('rsa.pem'), '-inkey', path('rsa.key')];
  const out = ['-passout', 'pass:changeit', '-out', path('rsa.p12')];
  execFileSync('openssl', ['pkcs12', '-export', ...pair, ...out], { stdio: 'ignore' });
  const source = new URL('./JsseServer.java', import.meta.url).pathname;
  const [port, ...names] = await printing(ground, 'java', [
    '-XX:TieredStopAtLevel=1',
    source,
    path('rsa.p12'),
  ]);
  const withRsaKey = names.filter((name) => !/ECDSA|DSS|ECDH_RSA|SCSV/.test(name));
  const suites = withRsaKey.flatMap((name) => {
    const code = codeOf.get(name.replace(/^SSL_/, 'TLS_')) ?? name;
    return versionsInJsse(name).map((version) => `${version} ${code}`);
  });
  return { port: Number(port), truth: { suites } };
}

/** Every server of the comparison, by what it is. */
export const accuracyServers: Readonly<Record<string, (ground: Ground) => Promise<Started>>> = {
  'nginx, TLS 1.3 alone': async (ground) => ({
    port: await nginx(ground, 'TLSv1.3'),
    truth: { suites: flat(configuredOpenssl(mozilla, always, only13)), groups: nginxGroups },
  }),
  'nginx, Mozilla intermediate, RSA and ECDSA': async (ground) => {
    const { path } = ground.peers;
    const second = `ssl_certificate ${path('ec.pem')}; ssl_certificate_key ${path('ec.key')};`;
    const suites = flat(configuredOpenssl(mozilla, [...always, 'RSA', 'ECDSA'], from12));
    const port = await nginx(ground, 'TLSv1.2 TLSv1.3', second);
    return { port, truth: { suites, groups: nginxGroups, inOrder: true } };
  },
  'OpenSSL 3.0, every suite, pre-shared keys too': async (ground) => {
    const ciphers = 'ALL:COMPLEMENTOFALL:@SECLEVEL=0';
    const options = ['-psk', '0123', '-serverpref'];
    const both = [...certificate(ground, 'rsa'), ...certificate(ground, 'ec', 'd')];
    const suites = flat(configuredOpenssl(ciphers, [...always, 'RSA', 'ECDSA', 'PSK'], options));
    return { port: await ground.peers.openssl([...both, '-cipher', ciphers, ...options]), truth: { suites } };
  },
  'OpenSSL 3.0, an Ed25519 certificate': (ground) => openssl(ground, 'ed', ['ECDSA']),
  'OpenSSL 3.0, an RSA-PSS certificate': (ground) => openssl(ground, 'pss', ['RSA']),
  'Node 24, X25519MLKEM768 as its only group': (ground) => node24(ground, ['X25519MLKEM768']),
  'Node 24, every group': (ground) => node24(ground, everyGroup),
  'GnuTLS, LEGACY and RC4': async ({ peers }) => {
    const priority = 'LEGACY:+ARCFOUR-128';
    const port = await peers.start('gnutls-serv', (own) => [
      '--quiet',
      `--port=${own}`,
      `--x509certfile=${peers.path('rsa.pem')}`,
      `--x509keyfile=${peers.path('rsa.key')}`,
      `--priority=${priority}`,
    ]);
    return { port, truth: { suites: flat(configuredGnutls(priority)) } };
  },
  'Node 0.10 (OpenSSL 1.0.1), every suite from SSLv2 on': node010,
  'Java 17 (JSSE), every suite from SSLv3 on': jsse,
};
