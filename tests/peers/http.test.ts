import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { lookAtHttp, pathOf, responseOf } from '../http/look.ts';

let folder = '';
const running: ChildProcess[] = [];
const path = (name: string): string => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-http-peers-'));
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-nodes', '-days', '30', '-subj', '/CN=host.test', '-newkey', 'rsa:2048'],
      ...['-addext', 'subjectAltName=DNS:host.test', '-keyout', path('key.pem'), '-out', path('cert.pem')],
    ],
    { stdio: 'ignore' },
  );
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

interface Ports {
  readonly secure: number;
  readonly clear: number;
}

/** nginx with one server under TLS and, unless it is closed, one in the clear. */
async function nginx(secure: string, clear: ((ports: Ports) => string) | undefined): Promise<Ports> {
  const ports = { secure: await freePort(), clear: await freePort() };
  const inClear =
    clear === undefined
      ? ''
      : `server { listen 127.0.0.1:${ports.clear}; server_name host.test; ${clear(ports)} }`;
  writeFileSync(
    path('nginx.conf'),
    `daemon off; pid ${path('nginx.pid')}; error_log ${path('nginx.log')};
events {}
http { access_log off; client_body_temp_path ${path('body')}; proxy_temp_path ${path('proxy')};
fastcgi_temp_path ${path('fastcgi')}; uwsgi_temp_path ${path('uwsgi')}; scgi_temp_path ${path('scgi')};
server { listen 127.0.0.1:${ports.secure} ssl; server_name host.test;
ssl_certificate ${path('cert.pem')}; ssl_certificate_key ${path('key.pem')}; ${secure} }
${inClear} }`,
  );
  const child = spawn('nginx', ['-c', path('nginx.conf')], { stdio: 'ignore' });
  running.push(child);
  const failed = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`expected nginx to run, got exit code ${code}`)));
  });
  failed.catch(() => undefined);
  while (!(await Promise.race([takesConnections(ports.secure), failed]))) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return ports;
}

/** What curl writes out; the certificate is trusted, so that it heeds HSTS as browsers do. */
function curl(ports: Ports, url: string, ...options: readonly string[]): { exitCode: number; out: string } {
  const resolve = [ports.secure, ports.clear].flatMap((port) => ['--resolve', `host.test:${port}:127.0.0.1`]);
  try {
    const out = execFileSync(
      'curl',
      [
        '--silent',
        '--noproxy',
        '*',
        '--cacert',
        path('cert.pem'),
        '--max-time',
        '10',
        '--output',
        '/dev/null',
        ...resolve,
        ...options,
        url,
      ],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    );
    return { exitCode: 0, out };
  } catch (error) {
    const { status, stdout } = error as { status: number; stdout: string };
    return { exitCode: status, out: stdout };
  }
}

/** What curl keeps in its HSTS cache of one answer: until when, and whether for subdomains; undefined: nothing. */
function kept(ports: Ports): { days: number; subDomains: boolean } | undefined {
  const cache = path(`hsts-${ports.secure}`);
  const { exitCode } = curl(ports, `https://host.test:${ports.secure}/`, '--hsts', cache);
  expect(exitCode).toBe(0);
  const line = existsSync(cache) ? /^(\.?)host\.test "(.+)"$/m.exec(readFileSync(cache, 'utf8')) : null;
  if (line === null) return undefined;
  const until = Date.parse(`${line[2]?.replace(' ', 'T')}Z`.replace(/^(\d{4})(\d\d)(\d\d)T/, '$1-$2-$3T'));
  return { days: Math.round((until - Date.now()) / 86_400_000), subDomains: line[1] === '.' };
}

const header = (value: string): string =>
  `add_header Strict-Transport-Security '${value}' always; return 200 ok;`;
const year = 31536000;

describe('HSTS as curl keeps it', () => {
  test.each([
    ['max-age=31536000', year, false],
    ['max-age=31536000; includeSubDomains; preload', year, true],
    ['max-age="31536000" ; INCLUDESUBDOMAINS', year, true],
    ['includeSubDomains; max-age=63072000', 2 * year, true],
    ['max-age=31536000; unknown=x', year, false],
  ])('%s: the same time and the same subdomains', async (value, seconds, subDomains) => {
    const ports = await nginx(header(value), undefined);
    expect(responseOf(await lookAtHttp(ports.secure))?.strictTransportSecurity).toMatchObject({
      heeded: true,
      maxAgeSeconds: seconds,
      includeSubDomains: subDomains,
    });
    expect(kept(ports)).toEqual({ days: seconds / 86_400, subDomains });
  });

  test.each(['includeSubDomains', 'max-age=', 'max-age=a', 'max-age=31536000; max-age=31536000'])(
    '%s: neither heeds it',
    async (value) => {
      const ports = await nginx(header(value), undefined);
      const seen = responseOf(await lookAtHttp(ports.secure))?.strictTransportSecurity;
      expect(seen).toMatchObject({ fields: 1, heeded: false, maxAgeSeconds: 0 });
      expect(kept(ports)).toBeUndefined();
    },
  );

  test('max-age=0 keeps nothing, and without `always` an error has no field', async () => {
    const zero = await nginx(header('max-age=0'), undefined);
    expect(responseOf(await lookAtHttp(zero.secure))?.strictTransportSecurity?.maxAgeSeconds).toBe(0);
    expect(kept(zero)).toBeUndefined();
    const absent = await nginx(
      "add_header Strict-Transport-Security 'max-age=31536000'; return 404;",
      undefined,
    );
    const look = responseOf(await lookAtHttp(absent.secure));
    expect([look?.status, look?.strictTransportSecurity?.fields]).toEqual([404, 0]);
    expect(
      curl(absent, `https://host.test:${absent.secure}/`, '-w', '%header{strict-transport-security}').out,
    ).toBe('');
  });
});

describe('where plain HTTP of nginx leads, as curl follows it', () => {
  const moved = ({ secure }: Ports): string => `return 301 https://$host:${secure}$request_uri;`;
  const cases: [string, ((ports: Ports) => string) | undefined, string, string | undefined][] = [
    ['permanently', moved, 'https', 'https'],
    ['for the time being', ({ secure }) => `return 302 https://$host:${secure}/;`, 'https', 'https'],
    [
      'in two steps',
      (ports) => `location = / { return 307 /a; } location = /a { ${moved(ports)} }`,
      'https',
      'https',
    ],
    ['to a page', () => 'return 200 page;', 'served', 'http'],
    ['to an error', () => 'return 403;', 'error', 'http'],
    ['round and round', () => 'return 302 /;', 'clear', undefined],
    ['nowhere: closed', undefined, 'closed', undefined],
  ];

  test.each(cases)('%s', async (_, clear, outcome, scheme) => {
    const ports = await nginx('return 200 ok;', clear);
    const look = pathOf(await lookAtHttp(ports.secure, { clearPort: ports.clear }));
    expect(look?.outcome).toBe(outcome);
    const url = `http://host.test:${ports.clear}/`;
    const followed = curl(ports, url, '--location', '--max-redirs', '5', '-w', '%{scheme} %{http_code}');
    if (scheme === undefined) {
      // 7: connection refused; 47: too many redirects.
      expect(followed.exitCode).toBe(clear === undefined ? 7 : 47);
      return;
    }
    const [lastScheme = '', status] = followed.out.split(' ');
    expect(lastScheme.toLowerCase()).toBe(scheme);
    expect(Number(status)).toBe(look?.hops.at(-1)?.status);
  });

  test('TLS spoken to in the clear, as nginx answers it, is an error and no redirect', async () => {
    const ports = await nginx('return 200 ok;', undefined);
    const look = pathOf(await lookAtHttp(ports.secure, { clearPort: ports.secure }));
    const { out } = curl(ports, `http://host.test:${ports.secure}/`, '-w', '%{http_code}');
    expect([look?.outcome, String(look?.hops[0]?.status)]).toEqual(['error', out]);
  });

  test('hops are what curl says of each answer', async () => {
    const ports = await nginx('return 200 ok;', (all) => `add_header Set-Cookie a=b; ${moved(all)}`);
    const look = pathOf(await lookAtHttp(ports.secure, { clearPort: ports.clear }));
    const url = `http://host.test:${ports.clear}/`;
    const { out } = curl(ports, url, '-w', '%{http_code} %{redirect_url} %header{set-cookie}');
    const [first] = look?.hops ?? [];
    expect(`${first?.status} ${first?.to} ${first?.setsCookie ? 'a=b' : ''}`).toBe(out);
  });
});
