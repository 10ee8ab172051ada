import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pem } from '../../src/x509/pem.ts';
import { assay, removeFolders, temporaryFolder } from '../cli/terminal.ts';
import { issueCa, issueLeaf, party } from '../x509/authority.ts';
import { issueList, issueOcsp } from '../x509/status-authority.ts';
import { statusUrls } from '../x509/status-urls.ts';
import { octets, type Responder, startResponder } from './responder.ts';
import { type Scanned, scan } from './scanning.ts';

const days = (count: number): Date => new Date(Date.now() + count * 86_400_000);
const current = { notBefore: days(-10), notAfter: days(80) };
const times = { thisUpdate: days(-1), nextUpdate: days(1) };
const ca = party('CA');
const caCertificate = issueCa(ca, ca, current);
const server = party('host.test', 'rsa');
const key = server.privateKey.export({ type: 'pkcs8', format: 'pem' });
const revokedAt = days(-3);
const servers: Server[] = [];
let web: Responder;
let folder: string;
let good: string;
let alike: string;
let revoked: string;

async function serve(leaf: Uint8Array): Promise<string> {
  const one = createServer({ key, cert: pem(leaf, caCertificate) });
  servers.push(one);
  one.on('tlsClientError', () => undefined);
  one.listen(0, '127.0.0.1');
  await once(one, 'listening');
  return `tls://127.0.0.1:${(one.address() as AddressInfo).port}`;
}

beforeAll(async () => {
  web = await startResponder();
  folder = temporaryFolder();
  writeFileSync(join(folder, 'ca.pem'), pem(caCertificate));
  const urls = { crl: [`${web.base}/1.crl`], ocsp: [`${web.base}/ocsp`] };
  const issued = (extensions: ReturnType<typeof statusUrls>): Uint8Array =>
    issueLeaf(server, ca, { ...current, extensions });
  const [one, other] = [issued(statusUrls(urls)), issued(statusUrls({ ocsp: urls.ocsp }))];
  const answers = [{ certificate: other, issuer: caCertificate, ...times, status: { revokedAt, reason: 1 } }];
  web.at('/1.crl', octets(issueList({ signer: ca, issuer: caCertificate, ...times })));
  web.at('/ocsp', octets(issueOcsp({ signer: ca, responder: caCertificate, answers })));
  good = await serve(one);
  alike = await serve(one);
  revoked = await serve(other);
});
afterAll(() => {
  web.stop();
  for (const one of servers) one.close();
  removeFolders();
});

const id = 'tls.cert.not-revoked';

async function scanned(argv: readonly string[]): Promise<Scanned & { readonly asked: readonly string[] }> {
  const before = web.requests.length;
  const site = { folder } as Parameters<typeof scan>[0];
  const result = await scan(site, ['--control', 'tls.cert', ...argv]);
  return { ...result, asked: web.requests.slice(before) };
}

const verdicts = ({ findings }: Scanned): readonly string[] =>
  findings.filter(({ controlId }) => controlId === id).map(({ reason }) => reason);

test('nobody is asked unless the scan was told to', async () => {
  const { asked, findings } = await scanned([good, '--ca', 'ca.pem']);
  expect(asked).toEqual([]);
  expect(findings.map(({ controlId }) => controlId)).not.toContain(id);
});

test('the issuer is asked, and what it signed is in a bundle that holds', async () => {
  const result = await scanned([good, '--ca', 'ca.pem', '--probe', 'revocation']);
  expect(result.asked).toEqual(['GET /1.crl']);
  expect(verdicts(result)).toEqual(['pass']);
  const status = result.subjects[0]?.observations.find(({ fact }) => fact === 'tls.status');
  expect(status?.evidence.map(({ mediaType }) => mediaType)).toContain('application/pkix-crl');
  const { exitCode } = await assay(['verify', result.bundle, '--rederive']);
  expect(exitCode).toBe(0);
});

test('what it revoked is an exception', async () => {
  const result = await scanned([revoked, '--ca', 'ca.pem', '--probe', 'revocation']);
  expect(result.asked).toEqual(['POST /ocsp']);
  expect(web.last()?.request.headers['user-agent']).toMatch(/^assay\/[\w-]+$/);
  expect(verdicts(result)).toEqual(['fail']);
});

test('without the roots nobody inside is asked, and nothing is decided', async () => {
  const result = await scanned([good, '--probe', 'revocation']);
  expect(result.asked).toEqual([]);
  expect(verdicts(result)).toEqual(['unseen']);
});

test('one list is fetched once for all that need it', async () => {
  const result = await scanned([good, alike, '--ca', 'ca.pem', '--probe', 'revocation']);
  expect(result.asked).toEqual(['GET /1.crl']);
  expect(verdicts(result)).toEqual(['pass', 'pass']);
});
