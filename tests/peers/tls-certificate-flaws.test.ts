import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pem } from '../../src/x509/pem.ts';
import { temporaryFolder } from '../cli/terminal.ts';
import { type Scanned, scan } from '../live/scanning.ts';
import {
  type FlawedCertificate,
  flawedCertificates,
  md5RootCertificate,
  md5Signed,
  rootCertificate,
} from './certificate-flaws.ts';

const folder = temporaryFolder();
const roots = join(folder, 'roots.pem');
writeFileSync(roots, pem(rootCertificate, md5RootCertificate));
const flaws: Readonly<Record<string, FlawedCertificate>> = { ...flawedCertificates, MD5: md5Signed };

const running: Server[] = [];
const ports = new Map<string, number>();
let scanned: Scanned;

beforeAll(async () => {
  for (const [name, { credentials }] of Object.entries(flaws)) ports.set(name, await serve(credentials));
  const targets = [...ports.values()].map((port) => `tls://host.test:${port}`);
  const control = ['--control', 'tls.cert', '--fail-on', 'none'];
  scanned = await scan({ folder }, [...targets, '--address', '127.0.0.1', '--ca', roots, ...control]);
});
afterAll(() => {
  for (const server of running) server.close();
});

async function serve(credentials: FlawedCertificate['credentials']): Promise<number> {
  const server = createServer({
    key: credentials.map(({ owner }) => owner.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()),
    cert: credentials.map(({ leaf, others }) => pem(leaf, ...others)),
    // OpenSSL at its usual level would refuse to serve what is weak.
    ciphers: 'DEFAULT:@SECLEVEL=0',
    minVersion: 'TLSv1.2',
  });
  server.on('tlsClientError', () => undefined);
  running.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

describe.each(Object.entries(flaws))('%s', (name, { credentials, exceptions, verify, text, chain }) => {
  const subjectOf = () => {
    const subject = scanned.subjects.find((one) => one.subject.port === ports.get(name));
    if (!subject) throw new Error(`expected a subject for ${name}, got none`);
    return subject;
  };

  test('is told by these controls and no other', () => {
    const { id } = subjectOf().subject;
    const told = scanned.findings.filter(({ subjectId, reason }) => subjectId === id && reason === 'fail');
    expect(told.map(({ controlId }) => controlId.replace('tls.cert.', '')).sort()).toEqual(exceptions);
    const passed = scanned.findings.filter(({ subjectId, reason }) => subjectId === id && reason === 'pass');
    expect(passed.length).toBeGreaterThan(5);
  });

  test('is what openssl sees in it', () => {
    const [first] = credentials;
    writeFileSync(join(folder, 'leaf.pem'), pem(first!.leaf));
    writeFileSync(join(folder, 'others.pem'), pem(...first!.others));
    const said = (...args: string[]): string => {
      const { stdout, stderr } = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' });
      return `${stdout}${stderr}`;
    };
    const untrusted = first!.others.length === 0 ? [] : ['-untrusted', 'others.pem'];
    const purpose = ['-purpose', 'sslserver', '-verify_hostname', 'host.test'];
    expect(said('verify', '-CAfile', roots, ...untrusted, ...purpose, 'leaf.pem')).toMatch(verify ?? /./);
    expect(said('x509', '-in', 'leaf.pem', '-noout', '-text')).toMatch(text ?? /Certificate:/);
  });

  test('shows in the chain as sent', () => {
    const seen = subjectOf().observations.find(({ fact }) => fact === 'tls.chain');
    if (seen?.kind !== 'seen') throw new Error(`expected tls.chain of ${name}, got none`);
    const { paths } = seen.value as { paths: readonly object[] };
    expect(paths).toHaveLength(credentials.length);
    expect(paths[0]).toMatchObject(chain ?? {});
  });
});
