import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AssayError } from '../../src/model/index.ts';
import { readCertificate } from '../../src/x509/certificate.ts';
import { issueCertificate } from '../../src/x509/issue.ts';
import { certificatesFromPem, pem } from '../../src/x509/pem.ts';
import { issueCa, issueLeaf, keyPair, party, validity } from './authority.ts';
import { certificateCases } from './certificate-cases.ts';

const ca = party('CA');
const server = party('host.test');
const leaf = issueLeaf(server, ca);

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof AssayError) return error.code;
    throw error;
  }
  return 'none';
}

describe('readCertificate', () => {
  it.each(certificateCases)('$name', ({ der, key, signature }) => {
    const certificate = readCertificate(der);
    expect(certificate.key).toMatchObject(key);
    expect(certificate.signature).toEqual(signature);
  });

  it('reads names, serial and validity', () => {
    const der = issueLeaf(server, ca, {
      serial: 0xff00n,
      subject: { C: 'DE', O: 'Büro, "Süd" & Co', CN: 'host.test' },
      notAfter: new Date('2055-02-28T23:59:59Z'),
    });
    expect(readCertificate(der)).toMatchObject({
      version: 3,
      serial: 'ff00',
      subject: { text: 'CN=host.test,O=Büro\\, \\"Süd\\" & Co,C=DE' },
      issuer: { text: 'CN=CA,O=Assay Tests' },
      notBefore: '2026-10-01T00:00:00.000Z',
      notAfter: '2055-02-28T23:59:59.000Z',
    });
  });

  it('does not let a name deceive the terminal it is shown on', () => {
    const der = issueLeaf(server, ca, { subject: { CN: 'a\u001b[2Jb\u202ec' } });
    expect(readCertificate(der).subject.text).toBe('CN=a\\1b[2Jb\\e2\\80\\aec');
  });

  it('reads the extensions', () => {
    const der = issueCa(ca, ca, {
      pathLength: 2,
      extendedKeyUsage: ['serverAuth', 'clientAuth'],
      dnsNames: ['a.test'],
      ipAddresses: ['192.0.2.1', '2001:db8::1'],
      nameConstraints: { permitted: { dns: ['test'] }, excluded: { ip: ['10.0.0.0/9'] } },
      extensions: [{ oid: '1.2.3.4', critical: true, value: Uint8Array.of(5, 0) }],
    });
    expect(readCertificate(der).extensions).toMatchObject({
      basicConstraints: { ca: true, pathLength: 2 },
      keyUsage: ['keyCertSign', 'cRLSign'],
      extendedKeyUsage: ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'],
      subjectAltName: { dns: ['a.test'], otherKinds: [] },
      nameConstraints: {
        permitted: { dns: ['test'], ip: [] },
        excluded: { dns: [], ip: [Uint8Array.of(10, 0, 0, 0, 255, 128, 0, 0)] },
      },
      unknownCritical: ['1.2.3.4'],
    });
  });

  it('knows by whose key it was signed', () => {
    const certificate = readCertificate(leaf);
    expect(certificate.signedBy(readCertificate(issueCa(ca, ca)))).toBe(true);
    expect(certificate.signedBy(readCertificate(issueCa({ ...ca, ...keyPair('rsa') }, ca)))).toBe(false);
    expect(certificate.signedBy(readCertificate(issueCa({ ...ca, ...keyPair('ed25519') }, ca)))).toBe(false);
  });

  it.each([
    ['nothing', Uint8Array.of()],
    ['text', Buffer.from('-----BEGIN CERTIFICATE-----')],
    ['a truncated certificate', leaf.subarray(0, -1)],
    ['trailing bytes', Uint8Array.of(...leaf, 0)],
    ['more than any certificate has', new Uint8Array(200_000)],
    ['nesting without end', new Uint8Array(10_000).fill(0x30)],
    [
      'an extension given twice',
      issueLeaf(server, ca, {
        extensions: [{ oid: '2.5.29.19', critical: false, value: Uint8Array.of(0x30, 0) }],
      }),
    ],
    [
      'a name constraint that is no network',
      issueLeaf(server, ca, {
        // excludedSubtrees with one iPAddress of 4 octets.
        extensions: [
          {
            oid: '2.5.29.30',
            critical: true,
            value: Uint8Array.of(48, 10, 0xa1, 8, 48, 6, 0x87, 4, 10, 0, 0, 0),
          },
        ],
      }),
    ],
    [
      'an extension that is malformed',
      issueCertificate({
        subject: { CN: 'x' },
        ...server,
        serial: 1,
        ...validity,
        extensions: [{ oid: '2.5.29.19', critical: false, value: Uint8Array.of(2, 1, 0) }],
      }),
    ],
  ])('refuses %s', (_, bytes) => {
    expect(codeOf(() => readCertificate(bytes))).toBe('ERR_CERTIFICATE');
  });

  it('never throws anything but ERR_CERTIFICATE, whatever octets are altered', () => {
    const offsets = fc.array(fc.tuple(fc.nat(leaf.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(offsets, (changes) => {
        const bytes = Uint8Array.from(leaf);
        for (const [offset, value] of changes) bytes[offset] = value;
        expect(['none', 'ERR_CERTIFICATE']).toContain(codeOf(() => readCertificate(bytes)));
      }),
      { numRuns: 2000, seed: 1 },
    );
  });
});

describe('pem', () => {
  it('writes what it reads, in order', () => {
    const text = pem(leaf, issueCa(ca, ca));
    expect(certificatesFromPem(`ignored\n${text}`).map((der) => readCertificate(der).subject.text)).toEqual([
      'CN=host.test,O=Assay Tests',
      'CN=CA,O=Assay Tests',
    ]);
  });

  it('refuses a text without certificates', () => {
    expect(codeOf(() => certificatesFromPem('-----BEGIN PRIVATE KEY-----'))).toBe('ERR_CA_FILE');
  });
});
