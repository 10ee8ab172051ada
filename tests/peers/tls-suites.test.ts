import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { groupsOf, lookAtFacts, suitesByVersion } from '../tls/look-at-facts.ts';
import { configuredGnutls, configuredOpenssl, gnutlsList } from './configured.ts';

let folder = '';
const running: ChildProcess[] = [];
const path = (name: string): string => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-tls-suites-'));
  const key = (name: string, ...kind: string[]): void => {
    const files = ['-keyout', path(`${name}.key`), '-out', path(`${name}.pem`)];
    const request = ['req', '-x509', '-nodes', '-days', '30', '-subj', '/CN=localhost'];
    execFileSync('openssl', [...request, ...kind, ...files], { stdio: 'ignore' });
  };
  key('rsa', '-newkey', 'rsa:2048');
  key('ec', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256');
  key('ed25519', '-newkey', 'ed25519');
  const dh = [
    'genpkey',
    '-genparam',
    '-algorithm',
    'DH',
    '-pkeyopt',
    'group:ffdhe3072',
    '-out',
    path('dh.pem'),
  ];
  execFileSync('openssl', dh, { stdio: 'ignore' });
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

const openssl = (options: readonly string[]): Promise<number> =>
  start('openssl', (port) => ['s_server', '-accept', `127.0.0.1:${port}`, '-quiet', ...options]);

/** What OpenSSL itself says that a cipher string stands for, by name. */
function configured(
  ciphers: string,
  keys: readonly string[],
  options: readonly string[],
): Record<string, string[]> {
  const entries = Object.entries(configuredOpenssl(ciphers, keys, options));
  return Object.fromEntries(entries.map(([version, suites]) => [version, suites.map(({ name }) => name)]));
}

const everything = 'ALL:COMPLEMENTOFALL:@SECLEVEL=0';
const rsa = (): string[] => ['-cert', path('rsa.pem'), '-key', path('rsa.key')];
const both = (): string[] => [...rsa(), '-dcert', path('ec.pem'), '-dkey', path('ec.key')];
const ed25519 = (): string[] => ['-cert', path('ed25519.pem'), '-key', path('ed25519.key')];

interface Peer {
  readonly name: string;
  readonly certificates: () => string[];
  readonly keys: readonly string[];
  readonly ciphers: string;
  readonly options: readonly string[];
}

const always = ['any', 'None'];
const servers: readonly Peer[] = [
  {
    name: 'every suite, two certificates, pre-shared keys',
    certificates: both,
    keys: [...always, 'RSA', 'ECDSA', 'PSK'],
    ciphers: everything,
    options: ['-psk', '0123'],
  },
  {
    name: 'its order',
    certificates: both,
    keys: [...always, 'RSA', 'ECDSA'],
    ciphers: everything,
    options: ['-serverpref'],
  },
  {
    name: 'its order, unless the client wants ChaCha20',
    certificates: rsa,
    keys: [...always, 'RSA'],
    ciphers: 'ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM',
    options: ['-serverpref', '-prioritize_chacha'],
  },
  {
    name: 'an Ed25519 certificate',
    certificates: ed25519,
    keys: [...always, 'ECDSA'],
    ciphers: 'HIGH:!aNULL',
    options: ['-no_tls1', '-no_tls1_1', '-serverpref'],
  },
  {
    name: 'no encryption at all',
    certificates: rsa,
    keys: [...always, 'RSA'],
    ciphers: 'eNULL:@SECLEVEL=0',
    options: ['-no_tls1_3', '-serverpref'],
  },
  {
    name: 'nobody authenticated',
    certificates: () => ['-nocert'],
    keys: ['None'],
    ciphers: 'aNULL:@SECLEVEL=0',
    options: ['-no_tls1_3', '-serverpref'],
  },
  {
    name: 'one suite',
    certificates: rsa,
    keys: [...always, 'RSA'],
    ciphers: 'AES128-SHA:@SECLEVEL=0',
    options: ['-no_tls1_3'],
  },
];

describe.each(servers)('openssl: $name', ({ certificates, keys, ciphers, options }) => {
  test('every suite is seen, and no other', async () => {
    const port = await openssl([...certificates(), '-cipher', ciphers, ...options]);
    const { values, missing, connections } = await lookAtFacts(port, ['tls.suites']);
    const seen = suitesByVersion(values['tls.suites']);
    const truth = configured(ciphers, keys, options);
    const count = Object.values(truth).flat().length;
    expect(sorted(seen)).toEqual(sorted(truth));
    expect(missing['tls.suites']).toEqual([]);
    expect(connections).toBeLessThanOrEqual(count + 30);
    if (options.includes('-serverpref')) expect(inOrder(seen)).toEqual(inOrder(truth));
    const wanted = options.includes('-prioritize_chacha') ? 'server, ChaCha20 by client' : 'server';
    for (const { version, preference } of values['tls.suites'].orders) {
      if (options.includes('-serverpref') && (seen[version]?.length ?? 0) > 1)
        expect(preference).toBe(wanted);
    }
  });
});

function sorted(byVersion: Readonly<Record<string, readonly string[]>>): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(byVersion).map(([version, names]) => [version, [...names].sort()]),
  );
}

/** Without TLS 1.3, whose order `openssl ciphers` does not list as the server has it. */
function inOrder({
  'TLSv1.3': _,
  ...older
}: Readonly<Record<string, readonly string[]>>): Record<string, readonly string[]> {
  return older;
}

test('sslscan lists the same suites; nmap the same before TLS 1.3', async () => {
  const port = await openssl([...both(), '-cipher', 'HIGH:!aNULL:!PSK:!SRP:!DSS']);
  const { values } = await lookAtFacts(port, ['tls.suites']);
  const { accepted } = values['tls.suites'];
  expect(accepted.map(({ version, code }) => `${version} ${code}`).sort()).toEqual(sslscan(port));
  const older = accepted.filter(({ version }) => version !== 'TLSv1.3');
  expect(older.map(({ version, suite }) => `${version} ${suite}`).sort()).toEqual(nmap(port));
});

function sslscan(port: number): string[] {
  const xml = execFileSync('sslscan', ['--xml=-', `127.0.0.1:${port}`], { encoding: 'utf8' });
  const found = xml.matchAll(
    /<cipher status="\w+" sslversion="(TLSv[\d.]+)" bits="\d+" cipher="[^"]+" id="0x(\w+)"/g,
  );
  return [...found].map(([, version, id = '']) => `${version} 0x${id.toLowerCase()}`).sort();
}

function nmap(port: number): string[] {
  const options = ['-Pn', '-p', String(port), '--script', '+ssl-enum-ciphers', '127.0.0.1'];
  const text = execFileSync('nmap', options, { encoding: 'utf8' });
  let version = '';
  const found: string[] = [];
  for (const line of text.split('\n')) {
    version = /^\|\s+(TLSv[\d.]+):/.exec(line)?.[1] ?? version;
    const suite = /^\|\s+(TLS_\w+)/.exec(line)?.[1];
    if (suite !== undefined && version !== 'TLSv1.3') found.push(`${version} ${suite}`);
  }
  return found.sort();
}

describe('groups', () => {
  test.each([
    ['X25519:P-256:P-521', ['x25519', 'secp256r1', 'secp521r1']],
    ['P-384:X448:brainpoolP256r1', ['secp384r1', 'x448', 'brainpoolP256r1']],
    ['ffdhe4096:P-256', ['ffdhe4096', 'secp256r1']],
  ])('%s', async (groups, names) => {
    const port = await openssl([...rsa(), '-cipher', 'HIGH', '-groups', groups, '-serverpref']);
    const { values, missing } = await lookAtFacts(port, ['tls.groups']);
    const before13 = names.filter((name) => !name.startsWith('ffdhe'));
    const in13 = names.filter((name) => !name.startsWith('brainpool'));
    expect(groupsOf(values['tls.groups'], 'TLSv1.3')).toEqual(in13);
    expect(groupsOf(values['tls.groups'], 'TLSv1.2')).toEqual(before13);
    expect(missing['tls.groups']).toEqual([]);
  });

  test('with an ECDSA certificate alone, whose curve is always needed', async () => {
    const certificate = ['-cert', path('ec.pem'), '-key', path('ec.key'), '-no_tls1_3'];
    const port = await openssl([...certificate, '-groups', 'P-521:X25519:P-384:P-256']);
    const { values, missing } = await lookAtFacts(port, ['tls.groups']);
    expect(new Set(groupsOf(values['tls.groups'], 'TLSv1.2'))).toEqual(
      new Set(['secp521r1', 'x25519', 'secp384r1', 'secp256r1']),
    );
    expect(missing['tls.groups']).toEqual([]);
  });

  test.each([
    ['P-384:X25519:P-521', ['secp384r1', 'x25519', 'secp521r1']],
    ['P-521:P-384', ['secp521r1', 'secp384r1']],
  ])('with an Ed25519 certificate alone, %s', async (groups, names) => {
    const port = await openssl([...ed25519(), '-groups', groups, '-serverpref']);
    const { values, missing } = await lookAtFacts(port, ['tls.groups']);
    for (const version of ['TLSv1.2', 'TLSv1.3'])
      expect(groupsOf(values['tls.groups'], version)).toEqual(names);
    expect(missing['tls.groups']).toEqual([]);
  });
});

describe('Diffie-Hellman', () => {
  test('the group of a file', async () => {
    const port = await openssl([...rsa(), '-cipher', 'DHE', '-dhparam', path('dh.pem'), '-no_tls1_3']);
    const { values, missing } = await lookAtFacts(port, ['tls.primes']);
    expect(values['tls.primes'].primes).toMatchObject([
      { bits: 3072, name: 'RFC 7919 ffdhe3072', safe: true },
    ]);
    expect(missing['tls.primes']).toEqual([]);
  });

  test('none without DHE', async () => {
    const port = await openssl([...rsa(), '-cipher', 'ECDHE']);
    const { values, missing } = await lookAtFacts(port, ['tls.primes']);
    expect([values['tls.primes'].primes, missing['tls.primes']]).toEqual([[], []]);
  });
});

describe('gnutls', () => {
  const gnutls = (priority: string): Promise<number> =>
    start('gnutls-serv', (port) => [
      '--quiet',
      `--port=${port}`,
      `--x509certfile=${path('rsa.pem')}`,
      `--x509keyfile=${path('rsa.key')}`,
      `--priority=${priority}`,
    ]);

  test.each([
    'NORMAL',
    'SECURE256',
    'NORMAL:-VERS-ALL:+VERS-TLS1.2:+ANON-ECDH:+ANON-DH',
    'LEGACY:+ARCFOUR-128',
  ])('%s', async (priority) => {
    const port = await gnutls(priority);
    const { values, missing } = await lookAtFacts(port, ['tls.suites', 'tls.groups']);
    const codes: Record<string, string[]> = {};
    for (const { version, code } of values['tls.suites'].accepted)
      codes[version] = [...(codes[version] ?? []), code];
    const truth = Object.entries(configuredGnutls(priority)).map(
      ([version, suites]) => [version, suites.map(({ code }) => code)] as const,
    );
    expect(sorted(codes)).toEqual(sorted(Object.fromEntries(truth)));
    expect(missing['tls.suites']).toEqual([]);
    const listed = gnutlsList(priority);
    const groups =
      /^Groups: (.*)$/m.exec(listed)?.[1]?.toLowerCase().replaceAll('group-', '').split(', ') ?? [];
    const seen = new Set(values['tls.groups'].accepted.map(({ group }) => group));
    // Before TLS 1.3 these belong to DHE suites, which tls.primes is about.
    const usable = groups.filter((group) => !group.startsWith('ffdhe') || codes['TLSv1.3'] !== undefined);
    expect(seen).toEqual(new Set(usable));
  });
});

test('nginx as Mozilla has it: every suite and group, in few connections', async () => {
  const ciphers =
    'ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384:DHE-RSA-CHACHA20-POLY1305';
  const port = await start('nginx', (own) => {
    const text = `daemon off; pid ${path('nginx.pid')}; error_log ${path('nginx.log')};
events {}
http { access_log off; client_body_temp_path ${path('body')}; proxy_temp_path ${path('proxy')};
fastcgi_temp_path ${path('fastcgi')}; uwsgi_temp_path ${path('uwsgi')}; scgi_temp_path ${path('scgi')};
server { listen 127.0.0.1:${own} ssl; ssl_certificate ${path('rsa.pem')}; ssl_certificate_key ${path('rsa.key')};
ssl_certificate ${path('ec.pem')}; ssl_certificate_key ${path('ec.key')}; ssl_dhparam ${path('dh.pem')};
ssl_protocols TLSv1.2 TLSv1.3; ssl_ecdh_curve X25519:prime256v1:secp384r1; ssl_ciphers ${ciphers}; } }`;
    writeFileSync(path('nginx.conf'), text);
    return ['-c', path('nginx.conf')];
  });
  const names = [
    'tls.suites',
    'tls.groups',
    'tls.extensions',
    'tls.primes',
    'tls.compression',
    'tls.fallback',
  ] as const;
  const { values, missing, connections } = await lookAtFacts(port, names);
  const keys = [...always, 'RSA', 'ECDSA'];
  expect(sorted(suitesByVersion(values['tls.suites']))).toEqual(
    sorted(configured(ciphers, keys, ['-no_tls1', '-no_tls1_1'])),
  );
  for (const version of ['TLSv1.3', 'TLSv1.2'])
    expect(groupsOf(values['tls.groups'], version)).toEqual(['x25519', 'secp256r1', 'secp384r1']);
  expect(values['tls.extensions']).toMatchObject({
    alpn: 'http/1.1',
    versions: [
      { version: 'TLSv1.2', secureRenegotiation: true, extendedMasterSecret: true, heartbeat: false },
    ],
  });
  expect(values['tls.primes'].primes).toMatchObject([{ bits: 3072, name: 'RFC 7919 ffdhe3072' }]);
  expect(values['tls.compression']).toEqual({ versions: [{ version: 'TLSv1.2', method: 'null' }] });
  expect(values['tls.fallback'].protections).toEqual([
    { version: 'TLSv1.2', protection: 'downgrade sentinel', works: true },
  ]);
  expect(Object.values(missing).flat()).toEqual([]);
  expect(connections).toBeLessThanOrEqual(35);
});
