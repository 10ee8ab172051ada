import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { type CertificateRequest, type DistinguishedName, issueCertificate } from '../../src/x509/issue.ts';

export interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}
export type KeyKind = 'rsa' | 'rsa-1024' | 'rsa-pss' | 'ec' | 'ec-384' | 'ed25519';

const generate: Readonly<Record<KeyKind, () => KeyPair>> = {
  rsa: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  'rsa-1024': () => generateKeyPairSync('rsa', { modulusLength: 1024 }),
  'rsa-pss': () => generateKeyPairSync('rsa-pss', { modulusLength: 2048 }),
  ec: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  'ec-384': () => generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  ed25519: () => generateKeyPairSync('ed25519'),
};

export function keyPair(kind: KeyKind = 'ec'): KeyPair {
  return generate[kind]();
}

/** A name with its key: who can issue, or be issued to. */
export interface Party extends KeyPair {
  readonly name: DistinguishedName;
}

export function party(commonName: string, kind: KeyKind = 'ec'): Party {
  return { name: { O: 'Assay Tests', CN: commonName }, ...keyPair(kind) };
}

export const at = new Date('2026-11-20T12:00:00Z');
export const validity = {
  notBefore: new Date('2026-10-01T00:00:00Z'),
  notAfter: new Date('2027-01-01T00:00:00Z'),
};

let lastSerial = 1000;

type Overrides = Partial<CertificateRequest>;

export function issue(subject: Party, issuer: Party, overrides: Overrides): Uint8Array {
  lastSerial++;
  return issueCertificate({
    subject: subject.name,
    publicKey: subject.publicKey,
    issuer,
    serial: lastSerial,
    ...validity,
    ...overrides,
  });
}

export function issueCa(subject: Party, issuer: Party, overrides: Overrides = {}): Uint8Array {
  return issue(subject, issuer, { ca: true, keyUsage: ['keyCertSign', 'cRLSign'], ...overrides });
}

export function issueLeaf(subject: Party, issuer: Party, overrides: Overrides = {}): Uint8Array {
  return issue(subject, issuer, {
    ca: false,
    keyUsage: ['digitalSignature'],
    extendedKeyUsage: ['serverAuth'],
    dnsNames: ['host.test'],
    ...overrides,
  });
}
