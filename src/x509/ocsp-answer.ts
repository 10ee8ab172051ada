import { Buffer } from 'node:buffer';
import { type RawExtension, rawExtensions } from './certificate-fields.ts';
import { decodeDer } from './der.ts';
import { type RevocationReason, readReason } from './revocation-reason.ts';
import { readTime } from './time.ts';
import { contextTag, onlyTlv, sequenceReader, signedDataError, type Tlv, TlvReader, tlvTag } from './tlv.ts';

/** SingleResponse: what is said of one certificate. Times are RFC 3339 UTC. */
export interface SingleAnswer {
  readonly certificate: CertificateId;
  readonly status: CertificateStatus;
  readonly thisUpdate: string;
  readonly nextUpdate?: string;
  readonly extensions: readonly RawExtension[];
}

type CertificateStatus =
  | { readonly kind: 'good' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'revoked'; readonly at: string; readonly reason?: RevocationReason };

/** Hashes and serial hexadecimal; the digest by the content octets of its object identifier. */
interface CertificateId {
  readonly digestOid: string;
  readonly issuerNameHash: string;
  readonly issuerKeyHash: string;
  readonly serial: string;
}

/** @throws AssayError ERR_SIGNED_DATA_DECODE or ERR_CERTIFICATE for whatever is not a SingleResponse */
export function readAnswer({ whole }: Tlv): SingleAnswer {
  const answer = sequenceReader(whole);
  const certificate = readCertificateId(answer.take(tlvTag.sequence));
  const status = readStatus(answer.next());
  const thisUpdate = instant(answer.take(tlvTag.generalizedTime));
  const next = answer.optional(contextTag(0));
  const extensions = answer.optional(contextTag(1));
  answer.end();
  const list = extensions === undefined ? [] : rawExtensions(extensions.content);
  refuseCritical(list);
  return {
    certificate,
    status,
    thisUpdate,
    ...(next === undefined ? {} : { nextUpdate: instant(onlyTlv(next.content, tlvTag.generalizedTime)) }),
    extensions: list,
  };
}

function readCertificateId({ content }: Tlv): CertificateId {
  const id = new TlvReader(content);
  const algorithm = new TlvReader(id.take(tlvTag.sequence).content);
  const digestOid = hex(algorithm.take(tlvTag.oid).content);
  const issuerNameHash = hex(id.take(tlvTag.octetString).content);
  const issuerKeyHash = hex(id.take(tlvTag.octetString).content);
  const serial = hex(id.take(tlvTag.integer).content);
  id.end();
  return { digestOid, issuerNameHash, issuerKeyHash, serial };
}

function readStatus({ tag, content }: Tlv): CertificateStatus {
  if (tag === contextTag(0, 'primitive')) return { kind: 'good' };
  if (tag === contextTag(2, 'primitive')) return { kind: 'unknown' };
  if (tag !== contextTag(1)) throw signedDataError('a certificate status', `tag 0x${tag.toString(16)}`);
  const revoked = new TlvReader(content);
  const at = instant(revoked.take(tlvTag.generalizedTime));
  const reason = revoked.optional(contextTag(0));
  if (reason === undefined) return { kind: 'revoked', at };
  return { kind: 'revoked', at, reason: readReason(reason.content) };
}

/** RFC 6960 §4.4: an extension that must be understood and is not makes the whole answer unusable. */
export function refuseCritical(extensions: readonly RawExtension[]): void {
  const unknown = extensions.find(({ critical }) => critical);
  if (unknown !== undefined) throw signedDataError('no critical extension', `0x${unknown.oid}`);
}

export function instant({ whole }: Tlv): string {
  return readTime(decodeDer(whole));
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
