import { describe, expect, it } from 'vitest';
import { deriveChain, deriveLeaves } from '../../src/tls/chain-facts.ts';
import type { SentChain } from '../../src/tls/sent-chains.ts';
import { readCertificate } from '../../src/x509/certificate.ts';
import { trustStore } from '../../src/x509/trust-store.ts';
import { at, issueCa, issueLeaf, type KeyKind, party } from '../x509/authority.ts';

const root = party('Root');
const middle = party('Intermediate');
const rootCertificate = issueCa(root, root);
const middleCertificate = issueCa(middle, root);
const server = party('host.test');
const trusted = trustStore('roots.pem', [rootCertificate]);
const store = { trusted, public: trustStore('public', []) };

function sent(leaf: Uint8Array, ...others: readonly Uint8Array[]): SentChain {
  const handshakes = ['TLSv1.2, RSA'];
  return { handshakes, leaf: readCertificate(leaf), others: others.map(readCertificate), sendings: [] };
}

const leafOf = (overrides: Parameters<typeof issueLeaf>[2], host = 'host.test', kind: KeyKind = 'ec') =>
  deriveLeaves([sent(issueLeaf(party('host.test', kind), middle, overrides))], host).certificates[0]!;

describe('deriveChain', () => {
  it('gives each certificate once, with its role', () => {
    const leaf = issueLeaf(server, middle);
    const second = issueLeaf(party('second.test'), middle);
    const chain = deriveChain(
      [sent(leaf, middleCertificate, rootCertificate), sent(second, middleCertificate)],
      store,
      at.getTime(),
    );
    expect(chain.certificates.map(({ role, subject }) => [role, subject])).toEqual([
      ['leaf', 'CN=host.test,O=Assay Tests'],
      ['leaf', 'CN=second.test,O=Assay Tests'],
      ['intermediate', 'CN=Intermediate,O=Assay Tests'],
      ['root', 'CN=Root,O=Assay Tests'],
    ]);
    expect(chain.paths.map(({ trusted, anchor }) => [trusted, anchor])).toEqual([
      [true, 'CN=Root,O=Assay Tests'],
      [true, 'CN=Root,O=Assay Tests'],
    ]);
  });

  it('takes a self-signed certificate that comes first for the leaf it is', () => {
    const chain = deriveChain([sent(issueLeaf(server, server))], store, at.getTime());
    expect(chain.certificates).toMatchObject([{ role: 'leaf', selfSigned: true }]);
    expect(chain.paths).toMatchObject([{ trusted: false, reason: expect.stringMatching(/self-signed/) }]);
    expect(chain.paths[0]).not.toHaveProperty('anchor');
  });

  it.each([
    ['rsa', { keyType: 'rsa', keyBits: 2048, exponentBits: 17, curve: 'none' }],
    ['rsa-pss', { keyType: 'rsa-pss', keyBits: 2048, exponentBits: 17, curve: 'none' }],
    ['ec-384', { keyType: 'ec', keyBits: 384, exponentBits: 0, curve: 'secp384r1' }],
    ['ed25519', { keyType: 'ed25519', keyBits: 256, exponentBits: 0, curve: 'none' }],
  ] as const)('describes a key of kind %s', (kind, key) => {
    const chain = deriveChain([sent(issueLeaf(party('host.test', kind), middle))], store, at.getTime());
    expect(chain.certificates[0]).toMatchObject(key);
  });

  it('names a certificate without a subject', () => {
    const chain = deriveChain([sent(issueLeaf(server, middle, { subject: {} }))], store, at.getTime());
    expect(chain.certificates[0]?.subject).toBe('(none)');
    expect(chain.paths[0]?.leaf).toBe('(none)');
  });

  it('judges at the instant given', () => {
    const chains = [sent(issueLeaf(server, middle), middleCertificate)];
    expect(deriveChain(chains, store, Date.parse('2027-01-01T00:00:00.001Z')).paths[0]).toMatchObject({
      trusted: false,
      reason: expect.stringMatching(/expired/),
    });
  });
});

describe('deriveLeaves', () => {
  it('matches the host by name and by address, never by common name', () => {
    expect(leafOf({ dnsNames: ['*.host.test'] }, 'a.host.test').matchesHost).toBe(true);
    expect(leafOf({ dnsNames: [], ipAddresses: ['192.0.2.1'] }, '192.0.2.1')).toMatchObject({
      matchesHost: true,
      ipAddresses: ['192.0.2.1'],
    });
    expect(leafOf({ dnsNames: [] }).matchesHost).toBe(false);
    expect(leafOf({ dnsNames: ['other.test'] }).matchesHost).toBe(false);
  });

  it('does not let a name deceive the terminal it is shown on', () => {
    expect(leafOf({ dnsNames: ['a\u001b[2J\u009bb.test'] }).dnsNames).toEqual(['a\\x1b[2J\\x9bb.test']);
  });

  it('counts a day begun as a day', () => {
    const notBefore = new Date('2026-11-01T00:00:00Z');
    expect(leafOf({ notBefore, notAfter: new Date('2026-11-07T00:00:00Z') }).lifetimeDays).toBe(6);
    expect(leafOf({ notBefore, notAfter: new Date('2026-11-07T00:00:01Z') }).lifetimeDays).toBe(7);
  });

  it('knows what a certificate may be used for', () => {
    const plain = { serverAuth: true, keyUsageFits: true, certificateAuthority: false };
    expect(leafOf({})).toMatchObject(plain);
    expect(leafOf({ extendedKeyUsage: ['clientAuth'] }).serverAuth).toBe(false);
    expect(leafOf({ extendedKeyUsage: ['anyExtendedKeyUsage'] }).serverAuth).toBe(true);
    expect(leafOf({ ca: true }).certificateAuthority).toBe(true);
    expect(leafOf({ keyUsage: ['keyCertSign'] }).keyUsageFits).toBe(false);
    expect(leafOf({ keyUsage: ['keyEncipherment'] }).keyUsageFits).toBe(false);
    expect(leafOf({ keyUsage: ['keyEncipherment'] }, 'host.test', 'rsa').keyUsageFits).toBe(true);
    expect(leafOf({ keyUsage: ['keyAgreement'] }).keyUsageFits).toBe(true);
  });

  it('gives a leaf of several chains once', () => {
    const leaf = issueLeaf(server, middle);
    expect(deriveLeaves([sent(leaf), sent(leaf, middleCertificate)], 'host.test').certificates).toHaveLength(
      1,
    );
  });
});
