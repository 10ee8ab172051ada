import type { Certificate } from '../x509/certificate.ts';
import { addressText, dnsNameText } from '../x509/general-names.ts';
import { isInternalAddress, isInternalName } from '../x509/internal-names.ts';
import { findPath } from '../x509/path.ts';
import { isForServers } from '../x509/path-validity.ts';
import { namesServer } from '../x509/server-name.ts';
import type { TrustStore } from '../x509/trust-store.ts';
import { chainShape, type Roots } from './chain-shape.ts';
import type { Chain } from './facts/chain.ts';
import type { Leaf } from './facts/leaf.ts';
import type { SentChain } from './sent-chains.ts';

type ChainCertificate = Chain['certificates'][number];
type ChainPath = Chain['paths'][number];

/** The fact `tls.chain`: what was sent, judged against the roots at an instant. */
export function deriveChain(chains: readonly SentChain[], roots: Roots, atMs: number): Chain {
  const all = distinctCertificates(chains).map(({ certificate }) => certificate);
  return {
    certificates: distinctCertificates(chains).map(describeCertificate),
    paths: chains.map((chain) => ({
      ...describePath(chain, roots.trusted, atMs),
      ...chainShape(chain, roots, all),
    })),
  };
}

/** The fact `tls.leaf`. */
export function deriveLeaves(chains: readonly SentChain[], host: string): Leaf {
  const leaves = new Map(chains.map(({ leaf }) => [leaf.sha256, leaf]));
  return { certificates: [...leaves.values()].map((leaf) => describeLeaf(leaf, host)) };
}

/** A certificate that was sent, and whether it came first in a chain. */
interface Placed {
  readonly certificate: Certificate;
  readonly first: boolean;
}

/** Leaves first; one that is a leaf in any chain is a leaf. */
export function distinctCertificates(chains: readonly SentChain[]): Placed[] {
  const leaves = new Map(chains.map(({ leaf }) => [leaf.sha256, leaf]));
  const others = new Map(
    chains.flatMap((chain) => chain.others.map((other) => [other.sha256, other] as const)),
  );
  for (const digest of leaves.keys()) others.delete(digest);
  return [
    ...[...leaves.values()].map((certificate) => ({ certificate, first: true })),
    ...[...others.values()].map((certificate) => ({ certificate, first: false })),
  ];
}

function describeCertificate({ certificate, first }: Placed): ChainCertificate {
  const { key, signature } = certificate;
  const selfSigned = certificate.signedBy(certificate);
  return {
    ...identified({ certificate, first }),
    issuer: nameText(certificate.issuer.text),
    notBefore: certificate.notBefore,
    notAfter: certificate.notAfter,
    keyType: key.type,
    ...(key.bits === undefined ? {} : { keyBits: key.bits }),
    ...exponentBits(certificate),
    curve: key.curve ?? 'none',
    signatureAlgorithm: signature.name,
    ...(signature.hash === 'unknown' ? {} : { signatureHash: signature.hash }),
    selfSigned,
  };
}

/** What names a certificate in every fact about certificates. */
export function identified({
  certificate,
  first,
}: Placed): Pick<ChainCertificate, 'role' | 'subject' | 'serial' | 'sha256'> {
  const { subject, serial, sha256 } = certificate;
  const role = first ? 'leaf' : certificate.signedBy(certificate) ? 'root' : 'intermediate';
  return { role, subject: nameText(subject.text), serial, sha256 };
}

function exponentBits({ key }: Certificate): Pick<ChainCertificate, 'exponentBits'> {
  if (key.exponent !== undefined) return { exponentBits: BigInt(key.exponent).toString(2).length };
  return key.type === 'other' ? {} : { exponentBits: 0 };
}

function describePath({ leaf, others, handshakes }: SentChain, store: TrustStore, atMs: number): ChainPath {
  const result = findPath({ leaf, intermediates: others, anchors: store.anchors, atMs });
  return {
    leaf: nameText(leaf.subject.text),
    serial: leaf.serial,
    leafSha256: leaf.sha256,
    sent: [leaf, ...others].map(({ sha256 }) => sha256),
    handshakes,
    trusted: result.trusted,
    ...(result.trusted ? { anchor: nameText(result.anchor.subject.text) } : { reason: result.reason }),
    trustStore: store.description,
    trustStoreSha256: store.sha256,
  };
}

const millisecondsPerDay = 86_400_000;

function describeLeaf(certificate: Certificate, host: string): Leaf['certificates'][number] {
  const { extensions, notBefore, notAfter } = certificate;
  const { dns = [], ip = [] } = extensions.subjectAltName ?? {};
  return {
    subject: nameText(certificate.subject.text),
    serial: certificate.serial,
    sha256: certificate.sha256,
    host,
    matchesHost: namesServer(extensions.subjectAltName, host),
    dnsNames: dns.map(dnsNameText),
    ipAddresses: ip.map(addressText),
    internalNames: [
      ...dns.map(dnsNameText).filter(isInternalName),
      ...ip.map(addressText).filter(isInternalAddress),
    ],
    notBefore,
    notAfter,
    lifetimeDays: Math.ceil((Date.parse(notAfter) - Date.parse(notBefore)) / millisecondsPerDay),
    certificateAuthority: extensions.basicConstraints?.ca === true,
    serverAuth: extensions.extendedKeyUsage?.some(isForServers) ?? true,
    keyUsageFits: keyUsageFits(certificate),
  };
}

function keyUsageFits({ extensions: { keyUsage }, key }: Certificate): boolean {
  if (keyUsage === undefined || keyUsage.includes('digitalSignature')) return true;
  return (
    (key.type === 'rsa' && keyUsage.includes('keyEncipherment')) ||
    (key.type === 'ec' && keyUsage.includes('keyAgreement'))
  );
}

function nameText(text: string): string {
  return text === '' ? '(none)' : text;
}
