import { issueLeaf, type KeyKind, party } from './authority.ts';

/** A certificate with what must be read from it. */
export interface CertificateCase {
  readonly name: string;
  readonly der: Uint8Array;
  readonly key: { readonly type: string; readonly bits: number; readonly curve?: string };
  readonly signature: { readonly name: string; readonly hash: string };
}

const ca = party('CA', 'rsa');
const pssCa = party('CA', 'rsa-pss');
const ecCa = party('CA', 'ec-384');
const edCa = party('CA', 'ed25519');

const keys: Readonly<Record<KeyKind, CertificateCase['key']>> = {
  rsa: { type: 'rsa', bits: 2048 },
  'rsa-1024': { type: 'rsa', bits: 1024 },
  'rsa-pss': { type: 'rsa-pss', bits: 2048 },
  ec: { type: 'ec', bits: 256, curve: 'prime256v1' },
  'ec-384': { type: 'ec', bits: 384, curve: 'secp384r1' },
  ed25519: { type: 'ed25519', bits: 256 },
};

const byKey = Object.entries(keys).map(
  ([kind, key]): CertificateCase => ({
    name: `key ${kind}`,
    der: issueLeaf(party('host.test', kind as KeyKind), ca),
    key,
    signature: { name: 'sha256WithRSAEncryption', hash: 'sha256' },
  }),
);

const subject = party('host.test');
const signatures = [
  [ca, 'md5', 'md5WithRSAEncryption', 'md5'],
  [ca, 'sha1', 'sha1WithRSAEncryption', 'sha1'],
  [ca, 'sha512', 'sha512WithRSAEncryption', 'sha512'],
  [pssCa, 'sha1', 'RSASSA-PSS', 'sha1'],
  [pssCa, 'sha384', 'RSASSA-PSS', 'sha384'],
  [ecCa, 'sha1', 'ecdsa-with-SHA1', 'sha1'],
  [ecCa, 'sha384', 'ecdsa-with-SHA384', 'sha384'],
  [edCa, 'sha256', 'Ed25519', 'none'],
] as const;

const bySignature = signatures.map(
  ([issuer, digest, name, hash]): CertificateCase => ({
    name: `signature ${name} ${hash}`,
    der: issueLeaf(subject, issuer, { digest }),
    key: keys.ec,
    signature: { name, hash },
  }),
);

export const certificateCases: readonly CertificateCase[] = [...byKey, ...bySignature];

/** Names a certificate holds, a name asked for, and whether RFC 9525 lets it stand for it. */
export interface NameCase {
  readonly dns?: readonly string[];
  readonly ip?: readonly string[];
  readonly host: string;
  readonly matches: boolean;
  /** RFC 6125 allowed a wildcard to be a part of a label, and OpenSSL still does. */
  readonly partialWildcard?: true;
}

const long = `${'a'.repeat(60)}.test`;
export const nameCases: readonly NameCase[] = [
  { dns: ['host.test'], host: 'host.test', matches: true },
  { dns: ['HOST.Test'], host: 'host.test', matches: true },
  { dns: ['a.test', 'host.test'], host: 'host.test', matches: true },
  { dns: ['other.test'], host: 'host.test', matches: false },
  { dns: ['host.test'], host: 'a.host.test', matches: false },
  { dns: ['host.test'], host: 'ghost.test', matches: false },
  { dns: ['test'], host: 'host.test', matches: false },
  { dns: ['*.host.test'], host: 'a.host.test', matches: true },
  { dns: ['*.host.test'], host: 'host.test', matches: false },
  { dns: ['*.host.test'], host: 'a.b.host.test', matches: false },
  { dns: ['*.test'], host: 'host.test', matches: false },
  { dns: ['a.*.test'], host: 'a.b.test', matches: false },
  { dns: ['*.*.test'], host: 'a.b.test', matches: false },
  { dns: ['w*.host.test'], host: 'www.host.test', matches: false, partialWildcard: true },
  { dns: ['*w.host.test'], host: 'www.host.test', matches: false, partialWildcard: true },
  { dns: ['*.host.test'], host: 'xn--bcher-kva.host.test', matches: true },
  { dns: ['xn--bcher-kva.test'], host: 'xn--bcher-kva.test', matches: true },
  { dns: [long], host: long, matches: true },
  { host: 'host.test', matches: false },
  { ip: ['192.0.2.1'], host: '192.0.2.1', matches: true },
  { ip: ['192.0.2.1'], host: '192.0.2.2', matches: false },
  { ip: ['2001:db8::1'], host: '2001:db8::1', matches: true },
  { ip: ['2001:db8::1'], host: '2001:db8:0:0:0:0:0:1', matches: true },
  { ip: ['2001:db8::1'], host: '2001:db8::2', matches: false },
  { ip: ['127.0.0.1'], host: '::ffff:127.0.0.1', matches: false },
  { dns: ['192.0.2.1'], host: '192.0.2.1', matches: false },
  { dns: ['*.0.2.1'], host: '192.0.2.1', matches: false },
  { ip: ['192.0.2.1'], host: 'host.test', matches: false },
];
