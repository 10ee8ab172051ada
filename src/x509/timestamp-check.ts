import { Buffer } from 'node:buffer';
import { createHash, createPublicKey, verify } from 'node:crypto';
import type { Certificate } from './certificate.ts';
import { certificateFields, rawOids } from './certificate-fields.ts';
import type { CertificateTimestamp } from './certificate-timestamps.ts';
import { contextTag, tlvTag } from './tlv.ts';

/** What a log signed: the certificate as it is, or as it was before timestamps were put into it. */
export type LoggedEntry =
  | { readonly kind: 'certificate'; readonly certificate: Certificate }
  | { readonly kind: 'precertificate'; readonly certificate: Certificate; readonly issuer: Certificate };

/** TLS registries: the digest and the algorithms that RFC 6962 §2.1.4 allows a log. */
const sha256Code = 4;
const algorithms: Readonly<Record<number, string>> = { 1: 'rsa', 3: 'ec' };

/** Whether a log's key (SubjectPublicKeyInfo) made the timestamp over the entry (RFC 6962 §3.2). */
export function isLoggedBy(timestamp: CertificateTimestamp, entry: LoggedEntry, logKey: Uint8Array): boolean {
  if (timestamp.hash !== sha256Code) return false;
  try {
    const key = createPublicKey({ key: Buffer.from(logKey), format: 'der', type: 'spki' });
    if (key.asymmetricKeyType !== algorithms[timestamp.algorithm]) return false;
    return verify('sha256', signedEntry(timestamp, entry), key, timestamp.signature);
  } catch {
    // OpenSSL throws for a signature that it cannot make sense of: not that key's.
    return false;
  }
}

function signedEntry(timestamp: CertificateTimestamp, entry: LoggedEntry): Uint8Array {
  // Version 1, certificate_timestamp.
  const head = [Buffer.of(0, 0), timestamp.time];
  return Buffer.concat([
    ...head,
    ...entryOctets(entry),
    uint(2, timestamp.extensions.length),
    timestamp.extensions,
  ]);
}

function entryOctets(entry: LoggedEntry): Uint8Array[] {
  if (entry.kind === 'certificate') {
    const { der } = entry.certificate;
    return [uint(2, 0), uint(3, der.length), der];
  }
  const issuerKeyHash = createHash('sha256')
    .update(certificateFields(entry.issuer.der).publicKeyInfo)
    .digest();
  const body = precertificateBody(entry.certificate.der);
  return [uint(2, 1), issuerKeyHash, uint(3, body.length), body];
}

/**
 * The TBSCertificate that was shown to the logs: that of the certificate without its embedded timestamps
 * (RFC 6962 §3.2). A precertificate's poison is not there either.
 */
export function precertificateBody(der: Uint8Array): Uint8Array {
  const { members, extensions } = certificateFields(der);
  const kept = extensions.filter(({ oid }) => oid !== rawOids.embeddedTimestamps).map(({ whole }) => whole);
  const rest = members.filter(({ tag }) => tag !== contextTag(3)).map(({ whole }) => whole);
  const list = kept.length === 0 ? [] : [value(contextTag(3), [value(tlvTag.sequence, kept)])];
  return value(tlvTag.sequence, [...rest, ...list]);
}

function value(tag: number, contents: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(contents);
  if (content.length < 0x80) return Buffer.concat([Buffer.of(tag, content.length), content]);
  const size = content.length < 0x100 ? 1 : content.length < 0x10000 ? 2 : 3;
  return Buffer.concat([Buffer.of(tag, 0x80 | size), uint(size, content.length), content]);
}

function uint(size: number, number: number): Buffer {
  const bytes = Buffer.alloc(size);
  bytes.writeUIntBE(number, 0, size);
  return bytes;
}
