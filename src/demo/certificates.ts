import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { issueCertificate } from '../x509/issue.ts';
import { pem } from '../x509/pem.ts';

export interface KeyAndCertificate {
  readonly keyPem: string;
  readonly certificatePem: string;
}

/** What the demonstration's systems show: a well-made chain, and a certificate with everything wrong. */
export interface DemoCertificates {
  readonly caPem: string;
  readonly hardened: KeyAndCertificate;
  readonly weak: KeyAndCertificate;
}

const dayMs = 86_400_000;
const serial = (): bigint => BigInt(`0x5a${randomBytes(14).toString('hex')}`);

/** Certificates for 127.0.0.1 and localhost, dated around `now`. */
export function issueDemoCertificates(now: Date): DemoCertificates {
  const after = (days: number): Date => new Date(now.getTime() + days * dayMs);
  const ca = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  const caName = { O: 'assay demo', CN: 'assay demo root' };
  const root = issueCertificate({
    subject: caName,
    publicKey: ca.publicKey,
    privateKey: ca.privateKey,
    serial: serial(),
    notBefore: after(-1),
    notAfter: after(365),
    ca: true,
    keyUsage: ['keyCertSign', 'cRLSign'],
    digest: 'sha384',
  });
  const strong = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const hardened = issueCertificate({
    subject: { O: 'assay demo', CN: 'hardened' },
    publicKey: strong.publicKey,
    issuer: { name: caName, privateKey: ca.privateKey },
    serial: serial(),
    notBefore: after(-1),
    // Too short a life to need revocation: nobody answers for the demonstration's own authority.
    notAfter: after(5),
    dnsNames: ['localhost'],
    ipAddresses: ['127.0.0.1'],
    ca: false,
    keyUsage: ['digitalSignature'],
    extendedKeyUsage: ['serverAuth'],
  });
  return {
    caPem: pem(root),
    hardened: { keyPem: keyPem(strong.privateKey), certificatePem: pem(hardened) },
    weak: weak(after),
  };
}

/** Self-signed, 1024 bits, SHA-1, for another host, and expired. */
function weak(after: (days: number) => Date): KeyAndCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const certificate = issueCertificate({
    subject: { O: 'assay demo', CN: 'weak' },
    publicKey,
    privateKey,
    serial: serial(),
    notBefore: after(-800),
    notAfter: after(-20),
    dnsNames: ['legacy.example'],
    digest: 'sha1',
  });
  return { keyPem: keyPem(privateKey), certificatePem: pem(certificate) };
}

function keyPem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}
