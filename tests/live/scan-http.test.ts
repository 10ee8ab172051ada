import { createHash, X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { issueDemoCertificates } from '../../src/demo/certificates.ts';
import { assay } from '../cli/terminal.ts';
import { codesOf, failsOfHardened, judged, type Site, scan, startSite } from './scanning.ts';

let site: Site;
beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site.stop());

const reasonsOf = (findings: readonly { subjectId: string; controlId: string; reason: string }[]) =>
  findings
    .filter(({ controlId }) => controlId.startsWith('http.'))
    .map(({ subjectId, controlId, reason }) => `${subjectId} ${controlId} ${reason}`);

function configured(name: string, ...targets: readonly string[]): string {
  writeFileSync(join(site.folder, name), `targets:\n${targets.map((line) => `  - { ${line} }\n`).join('')}`);
  return name;
}

async function verified(bundle: string): Promise<void> {
  const { exitCode, stderr } = await assay(['verify', bundle]);
  expect([exitCode, stderr]).toEqual([0, '']);
}

describe('an https target', () => {
  test('as it should be is clean, and is one system', async () => {
    const url = `https://127.0.0.1:${site.hardened}`;
    const options = ['--ca', 'ca.pem', '--http-port', String(site.hardenedClear)];
    const { exitCode, findings, stdout, stderr, bundle } = await scan(site, [url, ...options]);
    expect(exitCode).toBe(0);
    expect(judged(findings, 'pass')).toEqual(failsOfHardened);
    expect(findings.filter(({ subjectKind }) => subjectKind === 'http-api')).toHaveLength(2);
    for (const { reason, evidence } of findings)
      if (reason !== 'not-applicable') expect(evidence).not.toEqual([]);
    expect(stderr).toContain(`looked at ${url} (HTTP): 2 facts seen, 3 connections\n`);
    const report = await assay(['report', bundle], { columns: 200 });
    expect(stdout + report.stdout).not.toContain('2 systems');
    await verified(bundle);
  });

  test('with pages in the clear and no HSTS has exceptions, each with what to do', async () => {
    const config = configured(
      'weak.yaml',
      `id: web, url: "https://127.0.0.1:${site.weak}", http-port: ${site.weakClear}, paths: [/, /login]`,
    );
    const { exitCode, findings, stdout, bundle } = await scan(site, [
      '--config',
      config,
      '--control',
      'http',
    ]);
    expect(exitCode).toBe(3);
    expect(reasonsOf(findings)).toEqual([
      'web~http http.transport.hsts fail',
      'web~http http.transport.https-redirect fail',
    ]);
    for (const { exceptions } of findings)
      expect(exceptions.map(({ item }) => item)).toEqual(['/', '/login']);
    expect(stdout).toContain('on web~http');
    expect(stdout).toMatch(/^ {2}fix: /m);
    await verified(bundle);
  });

  test('whose port for plain HTTP nobody named can be clean, and is no pass of the redirect', async () => {
    const url = `https://127.0.0.1:${site.hardened}`;
    const { exitCode, findings, bundle } = await scan(site, [url, '--ca', 'ca.pem']);
    expect(exitCode).toBe(0);
    expect(findings.filter(({ reason }) => reason === 'unseen')).toEqual([]);
    const redirect = findings.find(({ controlId }) => controlId === 'http.transport.https-redirect');
    expect(redirect?.reason).toBe('not-applicable');
    expect(redirect?.message).toMatch(/^no port of plain HTTP is declared for this target: name it/);
    await verified(bundle);
  });

  test('at several addresses has a side at each', async () => {
    const url = `https://localhost:${site.hardened}`;
    const config = configured(
      'several.yaml',
      `id: web, url: "${url}", http-port: ${site.hardenedClear}, ca: ca.pem, addresses: [127.0.0.1, 127.0.0.2]`,
    );
    const { subjects, findings } = await scan(site, ['--config', config, '--control', 'http']);
    expect(subjects.map(({ subject }) => subject.id).sort()).toEqual([
      'web~127.0.0.1',
      'web~127.0.0.1~http',
      'web~127.0.0.2',
      'web~127.0.0.2~http',
    ]);
    // The demonstration redirects to its address, which is another host than the name.
    expect(reasonsOf(findings)).toEqual([
      'web~127.0.0.1~http http.transport.hsts pass',
      'web~127.0.0.1~http http.transport.https-redirect fail',
      'web~127.0.0.2~http http.transport.hsts unseen',
      'web~127.0.0.2~http http.transport.https-redirect unseen',
    ]);
  });

  test('that speaks something else under TLS is looked at for TLS, and HTTP is not tested', async () => {
    const { hardened } = issueDemoCertificates(new Date());
    const server = createServer({ key: hardened.keyPem, cert: hardened.certificatePem }, (socket) => {
      socket.on('error', () => undefined).end('+OK ready\r\n');
    }).on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = server.address() as AddressInfo;
      const { subjects, exitCode } = await scan(site, [`https://127.0.0.1:${port}`, '--http-port', '1']);
      expect(subjects.map((record) => [record.subject.kind, codesOf(record)])).toEqual([
        ['tls-endpoint', []],
        ['http-api', ['ERR_NOT_HTTP', 'ERR_UNREACHABLE']],
      ]);
      expect(exitCode).toBe(3);
    } finally {
      server.close();
    }
  });

  test('is not asked over HTTP where no control is about it, nor is a tls target ever', async () => {
    const url = `https://127.0.0.1:${site.hardened}`;
    const only = ['--control', 'tls.protocol'];
    expect((await scan(site, [url, '--ca', 'ca.pem', ...only])).subjects).toHaveLength(1);
    const { subjects, assessment } = await scan(site, [url.replace('https:', 'tls:'), '--ca', 'ca.pem']);
    expect(subjects).toHaveLength(1);
    expect(assessment.noSubject.map(({ controlId }) => controlId)).toContain('http.transport.hsts');
  });

  test('is one system to the registers: its HTTP side adds no certificate and hides none', async () => {
    const digest = await new Promise<string>((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port: site.hardened, rejectUnauthorized: false }, () => {
        const { raw } = new X509Certificate(socket.getPeerCertificate().raw);
        socket.destroy();
        resolve(createHash('sha256').update(raw).digest('hex'));
      }).on('error', reject);
    });
    const today = new Date().toISOString().slice(0, 10);
    writeFileSync(join(site.folder, 'systems.csv'), 'system\nweb\n');
    writeFileSync(join(site.folder, 'certificates.csv'), `sha256\n${digest}\n`);
    const lines = [
      'targets:',
      `  - { id: web, url: "https://127.0.0.1:${site.hardened}", http-port: ${site.hardenedClear}, ca: ca.pem }`,
      'registers:',
      `  systems: { file: systems.csv, date: ${today} }`,
      `  certificates: { file: certificates.csv, date: ${today} }`,
      '',
    ];
    writeFileSync(join(site.folder, 'registered.yaml'), lines.join('\n'));
    const { findings, subjects, bundle } = await scan(site, ['--config', 'registered.yaml']);
    const http = subjects.find(({ subject }) => subject.id === 'web~http');
    expect(http?.observations.map(({ fact }) => fact)).toEqual(['http.headers', 'http.redirects']);
    const reasonOf = (id: string) => findings.find(({ controlId }) => controlId === id)?.reason;
    expect(reasonOf('programme.scope.systems-registered')).toBe('pass');
    expect(reasonOf('tls.cert.inventory-reconciled')).toBe('pass');
    await verified(bundle);
  });
});
