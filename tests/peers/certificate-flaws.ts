import { encodeDer, integer, sequence } from '../../src/x509/der.ts';
import type { CertificateRequest } from '../../src/x509/issue.ts';
import { issueCa, issueLeaf, type KeyKind, type Party, party } from '../x509/authority.ts';

const now = Date.now();
const days = (count: number): Date => new Date(now + count * 86_400_000);
const current = { notBefore: days(-10), notAfter: days(80) };

const root = party('Root');
const middle = party('Intermediate');
const stranger = party('Stranger');
export const rootCertificate = issueCa(root, root, { ...current, notAfter: days(4000) });
const middleCertificate = issueCa(middle, root, { ...current, notAfter: days(4000) });
const strangerCertificate = issueCa(stranger, party('Nobody'), current);

/** A key with what is sent for it. */
export interface Credential {
  readonly owner: Party;
  readonly leaf: Uint8Array;
  readonly others: readonly Uint8Array[];
}

export interface FlawedCertificate {
  readonly credentials: readonly Credential[];
  /** Of the tls.cert controls, those that have to tell exceptions. */
  readonly exceptions: readonly string[];
  /** What openssl has to say: `openssl verify` against the root as a server for host.test, or `openssl x509 -text`. */
  readonly verify?: RegExp;
  readonly text?: RegExp;
  /** What `tls.chain.paths` has to show of the chain. */
  readonly chain?: Readonly<Record<string, unknown>>;
}

function credential(
  overrides: Partial<CertificateRequest> = {},
  kind: KeyKind = 'ec',
  others: readonly Uint8Array[] = [middleCertificate],
): Credential {
  const owner = party('host.test', kind);
  return { owner, leaf: issueLeaf(owner, middle, { ...current, ...overrides }), others };
}

const mustStaple = { oid: '1.3.6.1.5.5.7.1.24', critical: false, value: encodeDer(sequence(integer(5))) };

function selfSigned(): Credential {
  const owner = party('host.test');
  return { owner, leaf: issueLeaf(owner, owner, current), others: [] };
}

/** Every flaw, by name; the first ones have none. */
export const flawedCertificates: Readonly<Record<string, FlawedCertificate>> = {
  none: { credentials: [credential()], exceptions: [], verify: /: OK$/m },
  'none, Ed25519': {
    credentials: [credential({}, 'ed25519')],
    exceptions: [],
    text: /Public Key Algorithm: ED25519/,
  },
  'none, RSA-PSS': {
    credentials: [credential({}, 'rsa-pss')],
    exceptions: [],
    text: /Public Key Algorithm: rsassaPss/,
  },
  expired: {
    credentials: [credential({ notBefore: days(-100), notAfter: days(-10) })],
    exceptions: ['chain-trusted', 'renewal-headroom', 'validity-current'],
    verify: /certificate has expired/,
  },
  'not yet valid': {
    credentials: [credential({ notBefore: days(10), notAfter: days(100) })],
    exceptions: ['chain-trusted', 'validity-current'],
    verify: /certificate is not yet valid/,
  },
  '10 days left': {
    credentials: [credential({ notBefore: days(-80), notAfter: days(10) })],
    exceptions: ['renewal-headroom'],
    verify: /: OK$/m,
  },
  '10 years': {
    credentials: [credential({ notAfter: days(3650) })],
    exceptions: ['lifetime-within-policy'],
    verify: /: OK$/m,
  },
  'RSA 1024': {
    credentials: [credential({}, 'rsa-1024')],
    exceptions: ['key-strength'],
    text: /Public-Key: \(1024 bit\)/,
  },
  'SHA-1': {
    credentials: [credential({ digest: 'sha1' })],
    exceptions: ['signature-algorithm'],
    text: /Signature Algorithm: ecdsa-with-SHA1/,
  },
  'wrong host': {
    credentials: [credential({ dnsNames: ['other.test'] })],
    exceptions: ['hostname-matches'],
    verify: /hostname mismatch/i,
  },
  'common name only': {
    credentials: [credential({ dnsNames: [] })],
    exceptions: ['hostname-matches'],
    text: /Subject:.*CN = host\.test(?![\s\S]*Subject Alternative Name)/,
  },
  'client authentication only': {
    credentials: [credential({ extendedKeyUsage: ['clientAuth'] })],
    exceptions: ['extended-key-usage'],
    verify: /(unsupported|unsuitable) certificate purpose/,
  },
  'a CA as the server': {
    credentials: [credential({ ca: true, keyUsage: ['digitalSignature', 'keyCertSign'] })],
    exceptions: ['extended-key-usage'],
    text: /CA:TRUE/,
  },
  'self-signed': {
    credentials: [selfSigned()],
    exceptions: ['chain-trusted'],
    verify: /self[- ]signed certificate/,
  },
  'must-staple without a staple': {
    credentials: [credential({ extensions: [mustStaple] })],
    exceptions: ['ocsp-staple-valid'],
    text: /TLS Feature:\s+status_request/,
  },
  'an intermediate missing': {
    credentials: [credential({}, 'ec', [])],
    exceptions: ['chain-trusted'],
    verify: /unable to get local issuer certificate/,
    chain: { missingIssuer: 'CN=Intermediate,O=Assay Tests' },
  },
  'wrong order': {
    credentials: [credential({}, 'ec', [rootCertificate, middleCertificate])],
    exceptions: [],
    verify: /: OK$/m,
    chain: { inOrder: false, rootSent: true, trusted: true },
  },
  'with the root': {
    credentials: [credential({}, 'ec', [middleCertificate, rootCertificate])],
    exceptions: [],
    verify: /: OK$/m,
    chain: { inOrder: true, rootSent: true, trusted: true },
  },
  'with a stranger': {
    credentials: [credential({}, 'ec', [middleCertificate, strangerCertificate])],
    exceptions: [],
    verify: /: OK$/m,
    chain: { unneeded: ['CN=Stranger,O=Assay Tests'], trusted: true },
  },
  'the second of two expired': {
    credentials: [credential({}, 'rsa'), credential({ notBefore: days(-100), notAfter: days(-10) })],
    exceptions: ['chain-trusted', 'renewal-headroom', 'validity-current'],
  },
};

const md5Root = party('Root with RSA', 'rsa');

/** An RSA issuer, as ECDSA with MD5 has no name. */
export const md5Signed: FlawedCertificate = md5();

function md5(): FlawedCertificate {
  const owner = party('host.test', 'rsa');
  const leaf = issueLeaf(owner, md5Root, { ...current, digest: 'md5' });
  return {
    credentials: [{ owner, leaf, others: [] }],
    exceptions: ['signature-algorithm'],
    text: /Signature Algorithm: md5WithRSAEncryption/,
  };
}
export const md5RootCertificate = issueCa(md5Root, md5Root, { ...current, notAfter: days(4000) });
