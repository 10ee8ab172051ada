import { createHash, X509Certificate } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Finding, SubjectRecord } from '../../src/model/index.ts';
import { assay } from '../cli/terminal.ts';
import { type Site, startSite } from './scanning.ts';

let site: Site;

beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site.stop());

/** The digest of the certificate that a server presents, as another client sees it. */
async function presented(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      const { raw } = socket.getPeerCertificate();
      socket.destroy();
      resolve(createHash('sha256').update(new X509Certificate(raw).raw).digest('hex'));
    });
    socket.on('error', reject);
  });
}

function findingsOf(bundle: string): readonly Finding[] {
  const lines = readFileSync(join(bundle, 'data/findings.ndjson'), 'utf8').trimEnd().split('\n');
  return lines
    .map((line) => JSON.parse(line) as Finding)
    .filter(({ subjectKind }) => subjectKind === 'organisation');
}

async function scanWith(
  name: string,
  certificates: string,
  more: readonly string[] = [],
): Promise<{ bundle: string; findings: readonly Finding[] }> {
  const folder = join(site.folder, name);
  mkdirSync(folder);
  const today = new Date().toISOString().slice(0, 10);
  writeFileSync(join(folder, 'certificates.csv'), certificates);
  writeFileSync(join(folder, 'systems.csv'), 'system\nweb\n');
  const lines = [
    'targets:',
    `  - { id: web, url: "tls://127.0.0.1:${site.hardened}", ca: ${join(site.folder, 'ca.pem')} }`,
    'registers:',
    `  systems: { file: systems.csv, date: ${today} }`,
    `  certificates: { file: certificates.csv, date: ${today} }`,
  ];
  writeFileSync(join(folder, 'assay.yaml'), `${lines.join('\n')}\n`);
  const bundle = join(folder, 'bundle');
  await assay([
    'scan',
    '--config',
    join(folder, 'assay.yaml'),
    '--out',
    bundle,
    '--fail-on',
    'none',
    ...more,
  ]);
  return { bundle, findings: findingsOf(bundle) };
}

test('what is met and what is declared agree, and the bundle judges the same again', async () => {
  const digest = await presented(site.hardened);
  const { bundle, findings } = await scanWith('agree', `sha256,subject\n${digest},CN=hardened\n`);
  const reasons = Object.fromEntries(findings.map(({ controlId, reason }) => [controlId, reason]));
  expect(reasons).toEqual({
    'access.change.approved': 'unseen',
    'access.duties.segregated': 'unseen',
    'access.model.grants-match-roles': 'unseen',
    'access.review.current-and-complete': 'unseen',
    'access.roster.database-accounts': 'unseen',
    'access.vendor.activity-monitored': 'unseen',
    'data.discovery.run-recent': 'not-applicable',
    'programme.scope.names-declared': 'fail',
    'programme.scope.systems-registered': 'pass',
    'tls.cert.inventory-reconciled': 'pass',
    'tls.cert.key-not-shared': 'pass',
    'tls.cert.no-shared-factors': 'pass',
    'tls.inventory.cipher-suites-recorded': 'unseen',
    'tls.session.ticket-key-rotation': 'not-applicable',
  });
  const verified = await assay(['verify', bundle]);
  expect(verified.exitCode, verified.stderr).toBe(0);
  const evidence = findings.flatMap((finding) => finding.evidence);
  expect(evidence.length).toBeGreaterThanOrEqual(2);
});

test('a certificate that nobody registered is an exception, and so is one that nobody met', async () => {
  const digest = await presented(site.hardened);
  const { findings } = await scanWith('differ', `sha256\n${'ab'.repeat(32)}\n`);
  const finding = findings.find(({ controlId }) => controlId === 'tls.cert.inventory-reconciled');
  expect(finding?.exceptions.map(({ item }) => item).sort()).toEqual([digest, 'ab'.repeat(32)].sort());
});

test('what an endpoint accepts and nobody recorded is an exception, and so is what it refuses', async () => {
  const folder = join(site.folder, 'cryptography');
  mkdirSync(folder);
  const today = new Date().toISOString().slice(0, 10);
  const recorded = ['version,TLSv1.3', 'version,TLSv1.1', 'suite,TLS_AES_256_GCM_SHA384'];
  writeFileSync(join(folder, 'c.csv'), `system,kind,name\n${recorded.map((one) => `web,${one}\n`).join('')}`);
  const lines = [
    `targets: [{ id: web, url: "tls://127.0.0.1:${site.hardened}" }]`,
    `registers: { cryptography: { file: c.csv, date: ${today} } }`,
  ];
  writeFileSync(join(folder, 'assay.yaml'), `${lines.join('\n')}\n`);
  const control = 'tls.inventory.cipher-suites-recorded';
  const bundle = join(folder, 'bundle');
  await assay(['scan', '--config', join(folder, 'assay.yaml'), '--out', bundle, '--control', control]);
  const items = findingsOf(bundle).flatMap(({ exceptions }) => exceptions.map(({ item }) => item));
  expect(items).toContain('web version TLSv1.1');
  expect(items).toContain('web suite TLS_AES_128_GCM_SHA256');
  expect(items).toContain('web group x25519');
  expect(items).not.toContain('web version TLSv1.3');
  expect(items).not.toContain('web suite TLS_AES_256_GCM_SHA384');
});

test('a registered system that was not reached is not tested, and the scope not whole: exit 4', async () => {
  const folder = join(site.folder, 'unreached');
  mkdirSync(folder);
  const today = new Date().toISOString().slice(0, 10);
  writeFileSync(join(folder, 'systems.csv'), 'system\nweb\nhttps://nowhere.example\n');
  const lines = [
    'targets:',
    `  - { id: web, url: "tls://127.0.0.1:${site.hardened}", ca: ${join(site.folder, 'ca.pem')} }`,
    `registers: { systems: { file: systems.csv, date: ${today} } }`,
  ];
  writeFileSync(join(folder, 'assay.yaml'), `${lines.join('\n')}\n`);
  const bundle = join(folder, 'bundle');
  const { exitCode } = await assay([
    ...['scan', '--config', join(folder, 'assay.yaml'), '--out', bundle],
    ...['--control', 'programme.scope.systems-registered'],
  ]);
  expect(findingsOf(bundle)).toMatchObject([
    { reason: 'unseen', unseen: [{ item: 'https://nowhere.example:443' }] },
  ]);
  expect(exitCode).toBe(4);
});

test('a register of a day to come is refused with its place', async () => {
  const folder = join(site.folder, 'later-day');
  mkdirSync(folder);
  writeFileSync(join(folder, 'c.csv'), 'sha256\n');
  const config =
    'targets: [{ id: web, url: "tls://127.0.0.1:1" }]\nregisters:\n  certificates: { file: c.csv, date: 2999-01-01 }\n';
  writeFileSync(join(folder, 'assay.yaml'), config);
  const ended = await assay([
    'scan',
    '--config',
    join(folder, 'assay.yaml'),
    '--out',
    join(folder, 'bundle'),
  ]);
  expect(ended.exitCode).toBe(2);
  expect(ended.stderr).toMatch(/assay\.yaml:3:\d+ expected a day that is not to come, got 2999-01-01/);
});

test('a mistake in a register is told before anything is scanned', async () => {
  const folder = join(site.folder, 'mistake');
  mkdirSync(folder);
  writeFileSync(join(folder, 'c.csv'), 'sha256\nxyz\n');
  const config = `targets: [{ id: web, url: "tls://127.0.0.1:1" }]\nregisters: { certificates: { file: c.csv, date: 2026-11-01 } }\n`;
  writeFileSync(join(folder, 'assay.yaml'), config);
  const ended = await assay([
    'scan',
    '--config',
    join(folder, 'assay.yaml'),
    '--out',
    join(folder, 'bundle'),
  ]);
  expect(ended.exitCode).toBe(2);
  expect(ended.stderr).toMatch(/c\.csv:2:1 expected a SHA-256 digest of 64 hex digits/);
});

test('an earlier bundle is an observation, with its digest and age', async () => {
  const digest = await presented(site.hardened);
  const { bundle: earlier } = await scanWith('earlier', `sha256\n${digest}\n`);
  const { bundle } = await scanWith('later', `sha256\n${digest}\n`, ['--previous', earlier]);
  const records = readdirSync(join(bundle, 'data/observations')).sort();
  const record = readFileSync(join(bundle, 'data/observations', records.at(-1) ?? ''), 'utf8');
  const { observations } = JSON.parse(record) as SubjectRecord;
  const tagManifest = readFileSync(join(earlier, 'tagmanifest-sha256.txt'));
  expect(observations.find(({ fact }) => fact === 'scope.bundles')).toMatchObject({
    kind: 'seen',
    value: [{ fingerprint: createHash('sha256').update(tagManifest).digest('hex'), ageDays: 0 }],
  });
  expect((await assay(['verify', bundle])).exitCode).toBe(0);
});

test('the digest and the evidence of a register are those of its file, byte order mark and all', async () => {
  const digest = await presented(site.hardened);
  const text = `\ufeffsha256\r\n${digest}\r\n`;
  const { bundle } = await scanWith('marked', text);
  const scope = JSON.parse(readFileSync(join(bundle, 'data/scope/scope.json'), 'utf8'));
  expect(scope.registers.certificates.sha256).toBe(createHash('sha256').update(text, 'utf8').digest('hex'));
});
