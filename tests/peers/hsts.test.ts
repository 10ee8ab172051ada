import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lookAtHttp, responseOf } from '../http/look.ts';

let folder = '';
let server: Server | undefined;
const path = (name: string): string => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-hsts-peers-'));
  const files = ['-keyout', path('key.pem'), '-out', path('cert.pem')];
  const request = ['req', '-x509', '-nodes', '-days', '30', '-subj', '/CN=host.test', '-newkey', 'rsa:2048'];
  execFileSync('openssl', [...request, ...files], { stdio: 'ignore' });
});
afterAll(() => {
  server?.closeAllConnections();
  server?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The fields of one answer each. */
const answers: readonly (readonly string[])[] = [
  [],
  ['max-age=31536000'],
  ['max-age="31536000"; includeSubDomains; preload'],
  ['max-age = 31536000 ;\tINCLUDESUBDOMAINS'],
  [';;max-age=31536000;;'],
  ['includeSubDomains; max-age=86400'],
  ['report-uri="a;max-age=0"; max-age=31536000'],
  ['max-age=31536000; unknown; other=x'],
  ['max-age=31536000', 'max-age=60'],
  ['nonsense', 'max-age=31536000'],
  ['max-age=0'],
  ['includeSubDomains'],
  ['max-age='],
  ['max-age=-1'],
  ['max-age=1e9'],
  ['max-age=31536000.5'],
  ["max-age='31536000'"],
  ['"max-age=31536000"'],
  ['max-age=31536000; max-age=60'],
  ['max-age=31536000; includeSubDomains=true'],
  ['max-age=31536000; includeSubDomains; includeSubDomains'],
  ['max-age=31536000, includeSubDomains'],
  ['max-age=31536000 includeSubDomains'],
  ['max-age=31536000; x="a'],
];
const hostOf = (index: number): string => `h${index}.test`;

/** Answers each host with its fields; `/all` brings a browser to all of them. */
async function listen(): Promise<number> {
  const identity = { key: readFileSync(path('key.pem')), cert: readFileSync(path('cert.pem')) };
  const started = createServer(identity, ({ headers, url }, response) => {
    const fields = answers[Number(/^h(\d+)\./.exec(headers.host ?? '')?.[1])] ?? [];
    if (fields.length > 0) response.setHeader('Strict-Transport-Security', [...fields]);
    const images = answers.map((_, index) => `<img src="https://${hostOf(index)}:${port}/">`);
    response.setHeader('Content-Type', 'text/html').end(url === '/all' ? images.join('') : '');
  });
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  const { port } = started.address() as AddressInfo;
  return port;
}

interface Remembered {
  readonly host: string;
  readonly expiry: number;
  readonly sts_observed: number;
  readonly sts_include_subdomains: boolean;
}

/** What chromium has written down of hosts after it has been to all of them. */
async function remembered(port: number): Promise<readonly Remembered[]> {
  const pipeline = `openssl x509 -in cert.pem -pubkey -noout | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | base64`;
  const spki = execFileSync('sh', ['-c', pipeline], { cwd: folder, encoding: 'utf8' }).trim();
  await new Promise<void>((resolve, reject) => {
    execFile(
      '/usr/bin/chromium',
      [
        ...['--headless=new', '--no-sandbox', '--disable-gpu', '--no-proxy-server'],
        ...[`--user-data-dir=${path('profile')}`, '--host-resolver-rules=MAP * 127.0.0.1'],
        ...[`--ignore-certificate-errors-spki-list=${spki}`, '--virtual-time-budget=20000', '--dump-dom'],
        `https://start.test:${port}/all`,
      ],
      { timeout: 90_000, env: { ...process.env, HOME: folder } },
      (error) => (error === null ? resolve() : reject(error)),
    );
  });
  return JSON.parse(readFileSync(path('profile/Default/TransportSecurity'), 'utf8')).sts;
}

/** Chromium keeps the SHA-256 of the name as DNS sends it. */
function digestOf(host: string): string {
  const labels = host.split('.').map((label) => `${String.fromCharCode(label.length)}${label}`);
  return createHash('sha256')
    .update(`${labels.join('')}\0`)
    .digest('base64');
}

test('chromium heeds the same fields, for as long and for the same subdomains', async () => {
  const port = await listen();
  const kept = new Map((await remembered(port)).map((one) => [one.host, one]));
  const theirs = answers.map((fields, index) => {
    const one = kept.get(digestOf(hostOf(index)));
    if (one === undefined) return [fields, 0, false];
    return [fields, Math.round(one.expiry - one.sts_observed), one.sts_include_subdomains];
  });
  const ours: unknown[] = [];
  for (const [index, fields] of answers.entries()) {
    const seen = responseOf(await lookAtHttp(port, { host: hostOf(index) }))?.strictTransportSecurity;
    ours.push([fields, seen?.maxAgeSeconds, seen?.includeSubDomains]);
  }
  expect(theirs).toEqual(ours);
  expect(theirs.filter(([, seconds]) => seconds !== 0).length).toBeGreaterThan(7);
});
