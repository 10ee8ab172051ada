import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { cipherSuites } from '../../src/tls/cipher-suites.ts';
import type { ProtocolVersion } from '../../src/tls/registry.ts';
import { lookAt } from '../tls/look.ts';

let folder = '';
const running: ChildProcess[] = [];
const path = (name: string): string => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-tls-peers-'));
  const request = ['req', '-x509', '-nodes', '-days', '30', '-subj', '/CN=localhost'];
  const rsa = ['-newkey', 'rsa:2048', '-keyout', path('rsa.key'), '-out', path('rsa.pem')];
  const ec = [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-keyout',
    path('ec.key'),
    '-out',
    path('ec.pem'),
  ];
  for (const how of [rsa, ec]) execFileSync('openssl', [...request, ...how], { stdio: 'ignore' });
});
afterEach(async () => {
  await Promise.all(running.splice(0).map(stop));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill();
  });
}

/** Starts a server program and waits until its port takes connections. */
async function start(program: string, argumentsFor: (port: number) => readonly string[]): Promise<number> {
  const port = await freePort();
  const child = spawn(program, argumentsFor(port), { stdio: ['pipe', 'ignore', 'ignore'] });
  running.push(child);
  const failed = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`expected ${program} to run, got exit code ${code}`)));
  });
  failed.catch(() => undefined);
  while (!(await Promise.race([takesConnections(port), failed]))) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return port;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

function takesConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

const rsa = (): string[] => ['-cert', path('rsa.pem'), '-key', path('rsa.key')];
const ec = (): string[] => ['-cert', path('ec.pem'), '-key', path('ec.key')];
const openssl = (options: readonly string[]): Promise<number> =>
  start('openssl', (port) => ['s_server', '-accept', `127.0.0.1:${port}`, '-quiet', ...options]);
const gnutls = (priority: string): Promise<number> =>
  start('gnutls-serv', (port) => [
    '--quiet',
    `--port=${port}`,
    `--x509certfile=${path('rsa.pem')}`,
    `--x509keyfile=${path('rsa.key')}`,
    `--priority=${priority}`,
  ]);

async function nginx(protocols: string, ciphers: string): Promise<number> {
  return start('nginx', (port) => {
    const text = `daemon off; pid ${path('nginx.pid')}; error_log ${path('nginx.log')};
events {}
http { access_log off; client_body_temp_path ${path('body')}; proxy_temp_path ${path('proxy')};
fastcgi_temp_path ${path('fastcgi')}; uwsgi_temp_path ${path('uwsgi')}; scgi_temp_path ${path('scgi')};
server { listen 127.0.0.1:${port} ssl; ssl_certificate ${path('rsa.pem')}; ssl_certificate_key ${path('rsa.key')};
ssl_protocols ${protocols}; ssl_ciphers ${ciphers}; } }`;
    writeFileSync(path('nginx.conf'), text);
    return ['-c', path('nginx.conf')];
  });
}

const all: readonly ProtocolVersion[] = ['SSLv2', 'SSLv3', 'TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];
const accepting = (accepted: readonly ProtocolVersion[]): Record<string, string> =>
  Object.fromEntries(all.map((version) => [version, accepted.includes(version) ? 'accepted' : 'refused']));

const weak = 'ALL:@SECLEVEL=0';
const four = ['TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;
const modern = ['TLSv1.2', 'TLSv1.3'] as const;

interface Peer {
  readonly name: string;
  readonly start: () => Promise<number>;
  readonly accepted: readonly ProtocolVersion[];
}

const servers: readonly Peer[] = [
  { name: 'openssl, all versions', start: () => openssl([...rsa(), '-cipher', weak]), accepted: four },
  { name: 'openssl, TLS 1.2 alone', start: () => openssl([...rsa(), '-tls1_2']), accepted: ['TLSv1.2'] },
  { name: 'openssl, TLS 1.3 alone', start: () => openssl([...rsa(), '-tls1_3']), accepted: ['TLSv1.3'] },
  {
    name: 'openssl, TLS 1.0 alone',
    start: () => openssl([...rsa(), '-tls1', '-cipher', weak]),
    accepted: ['TLSv1.0'],
  },
  {
    name: 'openssl, no TLS 1.3',
    start: () => openssl([...rsa(), '-no_tls1_3', '-cipher', weak]),
    accepted: ['TLSv1.0', 'TLSv1.1', 'TLSv1.2'],
  },
  {
    name: 'openssl, a hole at TLS 1.1',
    start: () => openssl([...rsa(), '-no_tls1_1', '-cipher', weak]),
    accepted: ['TLSv1.0', 'TLSv1.2', 'TLSv1.3'],
  },
  { name: 'openssl, an ECDSA key', start: () => openssl([...ec(), '-cipher', weak]), accepted: four },
  {
    name: 'openssl, P-521 alone',
    start: () => openssl([...rsa(), '-groups', 'P-521', '-tls1_3']),
    accepted: ['TLSv1.3'],
  },
  {
    name: 'openssl, ffdhe4096 alone',
    start: () => openssl([...rsa(), '-groups', 'ffdhe4096', '-tls1_3']),
    accepted: ['TLSv1.3'],
  },
  {
    name: 'openssl, NULL suites alone',
    start: () => openssl([...rsa(), '-cipher', 'eNULL:@SECLEVEL=0', '-no_tls1_3']),
    accepted: ['TLSv1.0', 'TLSv1.1', 'TLSv1.2'],
  },
  { name: 'gnutls, its defaults', start: () => gnutls('NORMAL'), accepted: four },
  {
    name: 'gnutls, TLS 1.3 alone',
    start: () => gnutls('NORMAL:-VERS-ALL:+VERS-TLS1.3'),
    accepted: ['TLSv1.3'],
  },
  { name: 'nginx, current', start: () => nginx('TLSv1.2 TLSv1.3', 'HIGH'), accepted: modern },
  {
    name: 'nginx, weak',
    start: () => nginx('TLSv1 TLSv1.1 TLSv1.2', weak),
    accepted: ['TLSv1.0', 'TLSv1.1', 'TLSv1.2'],
  },
];

describe.each(servers)('$name', ({ start: startServer, accepted }) => {
  test('is seen as it is configured, and sslscan sees the same', async () => {
    const port = await startServer();
    const { value } = await lookAt(port, { host: 'localhost' });
    expect(value).toEqual(accepting(accepted));
    expect(sslscan(port)).toEqual(value);
  });
});

/** sslscan's answer for each version. */
function sslscan(port: number): Record<string, string> {
  const xml = execFileSync('sslscan', ['--xml=-', '--no-ciphersuites', `127.0.0.1:${port}`], {
    encoding: 'utf8',
  });
  const found = xml.matchAll(/<protocol type="(ssl|tls)" version="([\d.]+)" enabled="([01])"/g);
  return Object.fromEntries(
    [...found].map(([, type, version, enabled]) => [
      type === 'ssl' ? `SSLv${version}` : `TLSv${version}`,
      enabled === '1' ? 'accepted' : 'refused',
    ]),
  );
}

test('a server of pre-shared keys is asked with suites for them, where nmap agrees', async () => {
  const port = await openssl(['-nocert', '-psk', '0123', '-cipher', 'PSK:@SECLEVEL=0', '-no_tls1_3']);
  const { value } = await lookAt(port, { host: 'localhost' });
  expect(value).toEqual(accepting(['TLSv1.0', 'TLSv1.1', 'TLSv1.2']));
  expect(nmap(port)).toEqual(['TLSv1.0', 'TLSv1.1', 'TLSv1.2']);
});

test('TLS 1.3 is not said to be refused by a server of pre-shared keys', async () => {
  const port = await openssl(['-nocert', '-psk', '0123', '-cipher', 'PSK:@SECLEVEL=0']);
  const { value, completeness } = await lookAt(port, { host: 'localhost' });
  expect(value).not.toHaveProperty(['TLSv1.3']);
  expect(completeness[0]?.missing).toMatchObject([{ what: 'TLSv1.3' }]);
});

function nmap(port: number): string[] {
  const options = ['-Pn', '-p', String(port), '--script', '+ssl-enum-ciphers', '127.0.0.1'];
  const text = execFileSync('nmap', options, { encoding: 'utf8' });
  return [...text.matchAll(/^\|\s+((?:SSL|TLS)v[\d.]+):/gm)].map(([, version = '']) => version);
}

describe('the table of cipher suites', () => {
  const hex = (code: number): string => code.toString(16).padStart(4, '0');

  test('has every suite of OpenSSL under its standard name', () => {
    const text = execFileSync('openssl', ['ciphers', '-V', '-stdname', 'ALL:COMPLEMENTOFALL:@SECLEVEL=0'], {
      encoding: 'utf8',
    });
    const theirs = [...text.matchAll(/0x(..),0x(..) - (\S+)/g)].map(([, high, low, name]) => [
      `${high}${low}`.toLowerCase(),
      name,
    ]);
    expect(theirs.length).toBeGreaterThan(100);
    const ours = new Map([...cipherSuites].map(([code, name]) => [hex(code), name]));
    expect(theirs.filter(([code = '', name]) => ours.get(code) !== name)).toEqual([]);
  });

  test('has every suite of nmap, apart from what cannot be negotiated', () => {
    const text = readFileSync('/usr/share/nmap/nselib/tls.lua', 'utf8');
    const list = text.slice(text.indexOf('CIPHERS = {'));
    const theirs = [...list.matchAll(/\["?(\w+)"?\]\s*=\s*0x([0-9a-fA-F]{4})/g)].map(([, , code = '']) =>
      code.toLowerCase(),
    );
    expect(theirs.length).toBeGreaterThan(300);
    const ours = new Set([...cipherSuites.keys()].map(hex));
    const neverOffered = ['0000', '00ff', '5600'];
    expect(theirs.filter((code) => !ours.has(code)).sort()).toEqual(neverOffered);
  });
});
