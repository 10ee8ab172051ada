import { execFileSync, spawnSync } from 'node:child_process';
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readCertificate } from '../../src/x509/certificate.ts';
import { findPath } from '../../src/x509/path.ts';
import { certificatesFromPem, pem } from '../../src/x509/pem.ts';
import { namesServer } from '../../src/x509/server-name.ts';
import { issueLeaf, party } from '../x509/authority.ts';
import { certificateCases, nameCases } from '../x509/certificate-cases.ts';
import { type PathCase, pathCases } from '../x509/path-cases.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-x509-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, ...certificates: readonly Uint8Array[]): string {
  const path = join(folder, name);
  writeFileSync(path, pem(...certificates));
  return path;
}

/** Anchors need not be self-signed, and weak digests are another control's matter: as findPath has it. */
function opensslVerifies({ leaf, sent, anchors, at, purpose }: PathCase): { ok: boolean; output: string } {
  const args = [
    '-attime',
    String(at.getTime() / 1000),
    '-partial_chain',
    '-auth_level',
    '0',
    '-no-CApath',
    '-no-CAstore',
  ];
  if (purpose !== undefined) args.push('-purpose', purpose);
  if (sent.length > 0) args.push('-untrusted', file('sent.pem', ...sent));
  const all = ['verify', ...args, '-CAfile', file('anchors.pem', ...anchors), file('leaf.pem', leaf)];
  const { status, stdout, stderr } = spawnSync('openssl', all, { encoding: 'utf8' });
  return { ok: status === 0, output: stdout + stderr };
}

function openssl(...args: readonly string[]): string {
  return execFileSync('openssl', args, { encoding: 'utf8' });
}

describe('agreement with openssl', () => {
  it.each(pathCases)('verify: $name', (one) => {
    const { ok, output } = opensslVerifies(one);
    const { trusted } = findPath({
      leaf: readCertificate(one.leaf),
      intermediates: one.sent.map(readCertificate),
      anchors: one.anchors.map(readCertificate),
      atMs: one.at.getTime(),
    });
    expect({ ok, output }).toEqual({ ok: trusted && one.needsBacktracking !== true, output });
  });

  it.each(nameCases)('names: $dns $ip for $host', ({ dns = [], ip = [], host, matches, partialWildcard }) => {
    // Without a common name, which openssl would fall back to.
    const der = issueLeaf(party('x'), party('CA'), {
      subject: { O: 'Assay' },
      dnsNames: dns,
      ipAddresses: ip,
    });
    const option = isIP(host) === 0 ? '-checkhost' : '-checkip';
    const output = openssl('x509', '-in', file('name.pem', der), '-noout', option, host);
    expect(output).toMatch(/does (NOT )?match certificate/);
    expect(!output.includes('does NOT match')).toBe(matches || partialWildcard === true);
    expect(namesServer(readCertificate(der).extensions.subjectAltName, host)).toBe(matches);
  });

  it.each(certificateCases)('fields: $name', ({ der }) => {
    const certificate = readCertificate(der);
    const path = file('fields.pem', der);
    const shown = openssl(
      'x509',
      '-in',
      path,
      '-noout',
      '-subject',
      '-issuer',
      '-nameopt',
      'RFC2253',
      '-serial',
    );
    expect(shown).toBe(
      `subject=${certificate.subject.text}\nissuer=${certificate.issuer.text}\nserial=${certificate.serial.toUpperCase()}\n`,
    );
    const dates = openssl('x509', '-in', path, '-noout', '-dates', '-dateopt', 'iso_8601');
    const iso = (instant: string): string => instant.replace('T', ' ').replace('.000Z', 'Z');
    expect(dates).toBe(`notBefore=${iso(certificate.notBefore)}\nnotAfter=${iso(certificate.notAfter)}\n`);
    const digest = openssl('x509', '-in', path, '-noout', '-fingerprint', '-sha256');
    expect(digest.trim().split('=')[1]?.replaceAll(':', '').toLowerCase()).toBe(certificate.sha256);
    const text = openssl('x509', '-in', path, '-noout', '-text');
    expect(text.toLowerCase()).toContain(
      `signature algorithm: ${certificate.signature.name.replace('RSASSA-PSS', 'rsassaPss').toLowerCase()}`,
    );
    if (certificate.key.curve !== undefined) expect(text).toContain(`ASN1 OID: ${certificate.key.curve}`);
    if (certificate.key.type !== 'ed25519')
      expect(text).toContain(`Public-Key: (${certificate.key.bits} bit)`);
  });

  it.each([
    ['rsa:3072', { type: 'rsa', bits: 3072 }],
    ['ec -pkeyopt ec_paramgen_curve:P-521', { type: 'ec', bits: 521, curve: 'secp521r1' }],
    ['ec -pkeyopt ec_paramgen_curve:secp224r1', { type: 'ec', bits: 224, curve: 'secp224r1' }],
    ['ec -pkeyopt ec_paramgen_curve:prime192v1', { type: 'ec', bits: 192, curve: 'prime192v1' }],
    ['ec -pkeyopt ec_paramgen_curve:brainpoolP256r1', { type: 'ec', bits: 256, curve: 'brainpoolP256r1' }],
    ['ec -pkeyopt ec_paramgen_curve:sect283k1', { type: 'ec', bits: 283, curve: 'sect283k1' }],
    ['ed448', { type: 'ed448', bits: 456 }],
    ['rsa:1024 -pkeyopt rsa_keygen_pubexp:3', { type: 'rsa', bits: 1024, exponent: '3' }],
  ])('reads what openssl issues: %s', (newKey, key) => {
    const [pemFile, keyFile] = [join(folder, 'issued.pem'), join(folder, 'issued.key')];
    const subject = '/C=DE/ST=Süd, "West"/O=A + B; C/OU= padded /CN=#host.test/emailAddress=a@host.test';
    const names =
      'subjectAltName=DNS:host.test,IP:192.0.2.1,email:a@host.test,URI:https://host.test,dirName:dir';
    const config = join(folder, 'openssl.cnf');
    writeFileSync(config, '[req]\ndistinguished_name=dn\n[dn]\n[dir]\nCN=a directory name\n');
    const args = ['req', '-x509', '-utf8', '-nodes', '-config', config, '-keyout', keyFile, '-out', pemFile];
    execFileSync('openssl', [...args, '-newkey', ...newKey.split(' '), '-subj', subject, '-addext', names], {
      stdio: 'pipe',
    });
    const [der] = certificatesFromPem(readFileSync(pemFile, 'utf8'));
    const certificate = readCertificate(der!);
    expect(certificate.key).toMatchObject(key);
    expect(certificate.signedBy(certificate)).toBe(true);
    const shown = openssl(
      'x509',
      '-in',
      pemFile,
      '-noout',
      '-subject',
      '-serial',
      '-nameopt',
      'RFC2253,utf8,-esc_msb',
    );
    expect(shown).toBe(`subject=${certificate.subject.text}\nserial=${certificate.serial.toUpperCase()}\n`);
    expect(certificate.extensions.subjectAltName).toMatchObject({
      dns: ['host.test'],
      directory: [{ text: 'CN=a directory name' }],
      otherKinds: [1, 6],
    });
  });

  it('takes a certificate of version 1 for a root and never for an intermediate', () => {
    const keys = ['root', 'middle'].map((name) => {
      const keyFile = join(folder, `${name}.key`);
      openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', keyFile);
      openssl('req', '-new', '-key', keyFile, '-subj', `/CN=${name}`, '-out', join(folder, `${name}.csr`));
      return keyFile;
    });
    const issued = (name: string, ...by: readonly string[]): Uint8Array => {
      const out = join(folder, `${name}.pem`);
      execFileSync(
        'openssl',
        ['x509', '-req', '-in', join(folder, `${name}.csr`), '-days', '9', '-out', out, ...by],
        {
          stdio: 'pipe',
        },
      );
      return certificatesFromPem(readFileSync(out, 'utf8'))[0]!;
    };
    const root = issued('root', '-signkey', keys[0]!);
    const middle = issued('middle', '-CA', join(folder, 'root.pem'), '-CAkey', keys[0]!, '-CAcreateserial');
    expect([root, middle].map((der) => readCertificate(der).version)).toEqual([1, 1]);
    const [rootKey, middleKey] = keys.map((path) => createPrivateKey(readFileSync(path)));
    const leafBy = (name: string, privateKey: KeyObject): Uint8Array =>
      issueLeaf(
        party('host.test'),
        { name: { CN: name }, privateKey, publicKey: createPublicKey(privateKey) },
        { notBefore: new Date('2020-01-01T00:00:00Z'), notAfter: new Date('2090-01-01T00:00:00Z') },
      );
    const at = new Date(Math.floor(Date.now() / 1000) * 1000 + 1000);
    const verdict = (leaf: Uint8Array, sent: readonly Uint8Array[]): boolean[] => [
      opensslVerifies({ name: '', leaf, sent, anchors: [root], at }).ok,
      findPath({
        leaf: readCertificate(leaf),
        intermediates: sent.map(readCertificate),
        anchors: [readCertificate(root)],
        atMs: at.getTime(),
      }).trusted,
    ];
    expect(verdict(leafBy('root', rootKey!), [])).toEqual([true, true]);
    expect(verdict(leafBy('middle', middleKey!), [middle])).toEqual([false, false]);
  });
});
