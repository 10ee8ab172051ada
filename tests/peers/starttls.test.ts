import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { CollectedRecord, Json, StarttlsProtocol } from '../../src/model/index.ts';
import { judge, library, observationsOf } from '../control-cases.ts';
import type { Listening } from '../tls/look.ts';
import { observe, seenIn } from '../tls/upgrade/observe.ts';
import { type Script, scripts } from '../tls/upgrade/scripts.ts';
import { upgradingServer } from '../tls/upgrade/server.ts';

let folder = '';
const path = (name: string): string => join(folder, name);
const children: ChildProcess[] = [];
const fakes: Listening[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-starttls-'));
  chmodSync(folder, 0o755);
  const request = ['req', '-x509', '-nodes', '-days', '30', '-subj', '/CN=host.test', '-newkey', 'rsa:2048'];
  const names = ['-addext', 'subjectAltName=DNS:host.test'];
  const files = ['-keyout', path('key.pem'), '-out', path('certificate.pem')];
  execFileSync('openssl', [...request, ...names, ...files], { stdio: 'pipe' });
});
afterEach(async () => {
  await Promise.all(fakes.splice(0).map((fake) => fake.stop()));
  await Promise.all(
    children.splice(0).map(async (child) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill();
      await once(child, 'exit');
    }),
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = promisify(execFile);

/** What `openssl s_client -starttls` sees: the fingerprint of the certificate, or undefined where it gets none. */
async function opensslAt(
  protocol: string,
  port: number,
  address = '127.0.0.1',
  flags: readonly string[] = [],
): Promise<string | undefined> {
  const to = ['-connect', `${address}:${port}`, '-starttls', protocol, '-name', 'host.test', ...flags];
  const name = ['-servername', 'host.test', '-ign_eof'];
  const child = spawn('timeout', ['5', 'openssl', 's_client', ...to, ...name], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child.stdin.end();
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    if (Buffer.concat(chunks).includes('Verify return code')) child.kill();
  });
  await once(child, 'close');
  const text = Buffer.concat(chunks).toString('latin1');
  const certificate = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/.exec(text)?.[0];
  if (certificate === undefined) return undefined;
  writeFileSync(path('seen.pem'), `${certificate}\n`);
  const { stdout } = await run('openssl', ['x509', '-in', path('seen.pem'), '-outform', 'DER'], {
    encoding: 'buffer',
  });
  const { createHash } = await import('node:crypto');
  return createHash('sha256').update(stdout).digest('hex');
}

function fingerprintIn(record: CollectedRecord): Json | undefined {
  const leaf = seenIn(record, 'tls.leaf') as { certificates?: readonly { sha256: string }[] } | string;
  return typeof leaf === 'string' ? leaf : leaf.certificates?.[0]?.sha256;
}

/** The answers of our fakes to what openssl says: it says less than we do, and under other names. */
const forOpenssl: Partial<Record<StarttlsProtocol, Script>> = {
  smtp: saying('smtp', /^EHLO \S+\r\n$/, /^STARTTLS\r\n$/),
  lmtp: saying('lmtp', /^LHLO \S+\r\n$/, /^STARTTLS\r\n$/),
  imap: {
    greeting: scripts.imap.greeting,
    answers: [
      [/^\. CAPABILITY\r\n$/, '* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED\r\n. OK done\r\n'],
      [/^\. STARTTLS\r\n$/, '. OK begin\r\n'],
    ],
  },
  pop3: lastOf('pop3', /^STLS\r\n$/),
  sieve: saying('sieve', /^STARTTLS\r\n$/),
  nntp: scripts.nntp,
  ftp: saying('ftp', /^AUTH TLS\r\n$/),
  ldap: saying('ldap', /^\x30[\s\S]+1\.3\.6\.1\.4\.1\.1466\.20037$/),
  xmpp: saying('xmpp', /^<stream:stream [^>]*jabber:client[^>]*>$/, /^<starttls [^>]*>$/),
  'xmpp-server': saying('xmpp-server', /^<stream:stream [^>]*jabber:server[^>]*>$/, /^<starttls [^>]*>$/),
  // It gives up at the first line without a number.
  irc: { ...lastOf('irc', /^STARTTLS\r\n$/), greeting: '' },
  postgres: scripts.postgres,
  mysql: saying('mysql', /^[\s\S]{36}$/),
};

function saying(protocol: StarttlsProtocol, ...heard: readonly RegExp[]): Script {
  const { greeting, answers } = scripts[protocol];
  return { greeting, answers: answers.map(([before, answer], at) => [heard[at] ?? before, answer]) };
}

function lastOf(protocol: StarttlsProtocol, heard: RegExp): Script {
  const { greeting, answers } = scripts[protocol];
  return { greeting, answers: [[heard, answers.at(-1)?.[1] ?? '']] };
}

describe('our fakes say what openssl takes for the protocol, and both see the same', () => {
  test.each(Object.keys(forOpenssl) as StarttlsProtocol[])('%s', async (protocol) => {
    const theirs = await upgradingServer(protocol, forOpenssl[protocol] ?? scripts[protocol]);
    fakes.push(theirs);
    expect(await opensslAt(protocol, theirs.port), 'openssl').toMatch(/^[0-9a-f]{64}$/);
    const ours = await upgradingServer(protocol, scripts[protocol]);
    fakes.push(ours);
    const url = `starttls+${protocol}://host.test:${ours.port}`;
    const record = await observe(url, { addresses: ['127.0.0.1'] });
    expect(fingerprintIn(record)).toMatch(/^[0-9a-f]{64}$/);
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Starts a server and waits until it listens. */
async function start(port: number, command: string, args: readonly string[]): Promise<void> {
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  children.push(child);
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('latin1')).slice(-2000);
  });
  for (let tries = 0; tries < 150; tries++) {
    if (child.exitCode !== null) throw new Error(`expected ${command} to listen, got its end: ${said}`);
    if (await isListening(port)) return;
    await pause(100);
  }
  throw new Error(`expected ${command} to listen, got silence: ${said}`);
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port });
  const connected = once(socket, 'connect').then(
    () => true,
    () => false,
  );
  const is = await connected;
  socket.destroy();
  return is;
}

interface MailPorts {
  readonly imap: number;
  readonly pop3: number;
  readonly lmtp: number;
}

/** Dovecot on 127.0.0.1 and 127.0.0.2: it takes connections between equal addresses for secure. */
async function dovecot(ssl: 'required' | 'yes' | 'no', plaintext: 'yes' | 'no'): Promise<MailPorts> {
  const home = mkdtempSync(path('dovecot-'));
  chmodSync(home, 0o755);
  const ports = { imap: await freePort(), pop3: await freePort(), lmtp: await freePort() };
  const listener = (name: string, port: number): string => `inet_listener ${name} {\n port = ${port}\n}\n`;
  writeFileSync(
    join(home, 'dovecot.conf'),
    [
      ...[`base_dir = ${home}/run`, `state_dir = ${home}/run`, `log_path = ${home}/log`],
      ...['protocols = imap pop3 lmtp', 'listen = 127.0.0.1, 127.0.0.2'],
      ...[`ssl = ${ssl}`, `ssl_cert = <${path('certificate.pem')}`, `ssl_key = <${path('key.pem')}`],
      ...['auth_mechanisms = plain login', `disable_plaintext_auth = ${plaintext}`],
      `mail_location = maildir:${home}/mail`,
      'passdb {\n driver = static\n args = password=x\n}',
      `userdb {\n driver = static\n args = uid=65534 gid=65534 home=${home}/mail\n}`,
      `service imap-login {\n chroot =\n ${listener('imap', ports.imap)} ${listener('imaps', 0)}}`,
      `service pop3-login {\n chroot =\n ${listener('pop3', ports.pop3)} ${listener('pop3s', 0)}}`,
      `service lmtp {\n ${listener('lmtp', ports.lmtp)}}`,
      'service anvil {\n chroot =\n}',
      '',
    ].join('\n'),
  );
  mkdirSync(join(home, 'mail'));
  await start(ports.imap, 'dovecot', ['-F', '-c', join(home, 'dovecot.conf')]);
  return ports;
}

async function lookAtReal(protocol: string, port: number, address = '127.0.0.1'): Promise<CollectedRecord> {
  const facts = ['tls.versions', 'tls.leaf', 'tls.upgrades'];
  return observe(`starttls+${protocol}://host.test:${port}`, { addresses: [address], facts });
}

/** The versions that openssl can be made to speak through the same upgrade. */
async function expectAgreement(protocol: string, port: number, record: CollectedRecord): Promise<void> {
  const versions = seenIn(record, 'tls.versions') as Record<string, string>;
  const flags = { 'TLSv1.2': '-tls1_2', 'TLSv1.3': '-tls1_3' };
  for (const [version, flag] of Object.entries(flags)) {
    const seen = await opensslAt(protocol, port, '127.0.0.1', [flag]);
    expect(seen === undefined ? 'refused' : 'accepted', `${protocol} ${version}`).toBe(versions[version]);
    if (seen !== undefined) expect(fingerprintIn(record)).toBe(seen);
  }
}

function verdict(record: CollectedRecord): string {
  const found = library.find(({ loaded }) => loaded.source.control.id === 'tls.starttls.upgrade-required');
  if (found === undefined) throw new Error('expected the control, got none');
  const scheme = record.subject.locator.split('://')[0] ?? '';
  const value = seenIn(record, 'tls.upgrades') ?? 'unseen';
  const situation = { name: 'a real server', params: {}, incomplete: {}, facts: { 'tls.upgrades': value } };
  return judge(found.loaded, observationsOf(found.loaded, situation), {}, { scheme }).reason;
}

describe('Dovecot', () => {
  test('that requires TLS offers no log-in to others, and one to its own machine', async () => {
    const ports = await dovecot('required', 'yes');
    for (const protocol of ['imap', 'pop3'] as const) {
      const remote = await lookAtReal(protocol, ports[protocol], '127.0.0.2');
      expect(seenIn(remote, 'tls.upgrades')).toMatchObject({
        answer: 'upgraded',
        announced: true,
        login: 'none',
      });
      expect(verdict(remote)).toBe('pass');
      const local = await lookAtReal(protocol, ports[protocol]);
      const logins = protocol === 'imap' ? 'LOGIN PLAIN' : 'LOGIN PLAIN USER';
      expect(seenIn(local, 'tls.upgrades')).toMatchObject({ announced: true, login: 'offered', logins });
      expect(verdict(local)).toBe('fail');
      await expectAgreement(protocol, ports[protocol], local);
    }
    const lmtp = await lookAtReal('lmtp', ports.lmtp);
    expect(seenIn(lmtp, 'tls.upgrades')).toMatchObject({
      answer: 'upgraded',
      announced: true,
      login: 'none',
    });
    expect(verdict(lmtp)).toBe('pass');
    await expectAgreement('lmtp', ports.lmtp, lmtp);
  });

  test('that takes passwords in the clear', async () => {
    const ports = await dovecot('yes', 'no');
    for (const protocol of ['imap', 'pop3'] as const) {
      const record = await lookAtReal(protocol, ports[protocol], '127.0.0.2');
      expect(seenIn(record, 'tls.upgrades')).toMatchObject({ answer: 'upgraded', login: 'offered' });
      expect(verdict(record)).toBe('fail');
    }
  });

  test('without TLS refuses, and nothing else is seen', async () => {
    const ports = await dovecot('no', 'no');
    for (const [protocol, code] of [
      ['imap', 'BAD'],
      ['pop3', '-ERR'],
    ] as const) {
      const record = await lookAtReal(protocol, ports[protocol], '127.0.0.2');
      expect(seenIn(record, 'tls.upgrades')).toMatchObject({ answer: 'refused', code, announced: false });
      expect(seenIn(record, 'tls.versions')).toBe('ERR_STARTTLS_REFUSED');
      expect(verdict(record)).toBe('fail');
      expect(await opensslAt(protocol, ports[protocol])).toBeUndefined();
    }
  });
});

describe('slapd', () => {
  async function slapd(lines: readonly string[]): Promise<number> {
    const port = await freePort();
    const file = path(`slapd-${port}.conf`);
    const common = ['include /etc/ldap/schema/core.schema', `pidfile ${path(`slapd-${port}.pid`)}`];
    writeFileSync(file, `${[...common, ...lines].join('\n')}\n`);
    await start(port, 'slapd', ['-d', '0', '-h', `ldap://127.0.0.1:${port}/`, '-f', file]);
    return port;
  }

  test('upgrades, to the versions that it is set to', async () => {
    const files = [
      `TLSCertificateFile ${path('certificate.pem')}`,
      `TLSCertificateKeyFile ${path('key.pem')}`,
    ];
    const port = await slapd([...files, 'TLSCipherSuite NORMAL:-VERS-TLS1.0:-VERS-TLS1.1']);
    const record = await lookAtReal('ldap', port);
    expect(seenIn(record, 'tls.upgrades')).toEqual({ protocol: 'ldap', answer: 'upgraded', code: '0' });
    expect(seenIn(record, 'tls.versions')).toMatchObject({ 'TLSv1.1': 'refused', 'TLSv1.2': 'accepted' });
    expect(verdict(record)).toBe('not-applicable');
    await expectAgreement('ldap', port, record);
  });

  test('without a certificate refuses', async () => {
    const port = await slapd([]);
    const record = await lookAtReal('ldap', port);
    expect(seenIn(record, 'tls.upgrades')).toMatchObject({ answer: 'refused' });
    expect(seenIn(record, 'tls.leaf')).toBe('ERR_STARTTLS_REFUSED');
    expect(await opensslAt('ldap', port)).toBeUndefined();
  });
});

describe('MariaDB', () => {
  async function mariadb(flags: readonly string[]): Promise<number> {
    const port = await freePort();
    const home = mkdtempSync(path('mariadb-'));
    const where = [`--datadir=${home}`, `--socket=${home}/s`, `--pid-file=${home}/pid`, `--port=${port}`];
    const small = ['--bind-address=127.0.0.1', '--skip-grant-tables', '--innodb-buffer-pool-size=8M'];
    await start(port, 'mariadbd', ['--no-defaults', '--user=root', ...where, ...small, ...flags]);
    return port;
  }

  test('upgrades after its handshake', async () => {
    const files = [`--ssl-cert=${path('certificate.pem')}`, `--ssl-key=${path('key.pem')}`];
    const port = await mariadb(files);
    const record = await lookAtReal('mysql', port);
    expect(seenIn(record, 'tls.upgrades')).toEqual({
      ...{ protocol: 'mysql', answer: 'upgraded', code: 'CLIENT_SSL', announced: true },
    });
    await expectAgreement('mysql', port, record);
  });

  test('without TLS does not offer it', async () => {
    const port = await mariadb(['--skip-ssl']);
    const record = await lookAtReal('mysql', port);
    expect(seenIn(record, 'tls.upgrades')).toMatchObject({ answer: 'refused', announced: false });
    expect(seenIn(record, 'tls.versions')).toBe('ERR_STARTTLS_REFUSED');
    expect(await opensslAt('mysql', port)).toBeUndefined();
  });
});

describe('what openssl does not know, others do', () => {
  const bytes = (length: number): RegExp => new RegExp(`^[\\s\\S]{${length}}$`);

  test('rdp: sslscan', async () => {
    const fake = await upgradingServer('rdp', saying('rdp', bytes(19)));
    fakes.push(fake);
    const { stdout } = await run('sslscan', ['--no-colour', '--rdp', `127.0.0.1:${fake.port}`]);
    expect(stdout).toMatch(/TLSv1\.2 +enabled/);
    expect(stdout).toMatch(/Subject: +host\.test/);
  });

  test('tds: nmap, which goes by the number of the port', async () => {
    const tls = { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2', ciphers: 'ALL:@SECLEVEL=0' } as const;
    const address = '127.0.0.77';
    fakes.push(await upgradingServer('tds', saying('tds', bytes(41)), { tls, address, port: 1433 }));
    const { stdout } = await run('nmap', ['-Pn', '-n', '-p', '1433', '--script', 'ssl-cert', address]);
    expect(stdout).toMatch(/ssl-cert: Subject: commonName=host\.test/);
  });
});
