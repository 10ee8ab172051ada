import { Buffer } from 'node:buffer';
import { type RawExtension, rawExtensions, rawOids } from './certificate-fields.ts';
import { decodeDer } from './der.ts';
import { type RevocationReason, readReason } from './revocation-reason.ts';
import { type SignedData, signedData } from './signed-data.ts';
import { readTime } from './time.ts';
import {
  contextTag,
  onlyTlv,
  sequenceReader,
  signedDataError,
  type Tlv,
  TlvReader,
  tlvList,
  tlvTag,
} from './tlv.ts';

/** RFC 6960 §4.2.1: the statuses of a response that carries no answer. */
const refusals: Readonly<Record<number, string>> = {
  1: 'malformedRequest',
  2: 'internalError',
  3: 'tryLater',
  5: 'sigRequired',
  6: 'unauthorized',
};

/** An OCSPResponse (RFC 6960 §4.2.1), read but not judged. */
export type OcspResponse =
  | { readonly kind: 'refusal'; readonly status: string }
  | {
      readonly kind: 'answer';
      readonly signed: SignedData;
      readonly responder: Responder;
      readonly producedAt: string;
      readonly answers: readonly SingleAnswer[];
      /** Certificates sent along, DER. */
      readonly certificates: readonly Uint8Array[];
    };

/** Who says that it answers: a name (whole DER), or the SHA-1 of a key. */
export type Responder =
  | { readonly kind: 'name'; readonly name: Uint8Array }
  | { readonly kind: 'key'; readonly sha1: string };

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

/** A staple is some hundred octets, with a chain of certificates some thousand. */
const maxResponseBytes = 128 * 1024;
const maxAnswers = 100;
const maxCertificates = 10;

/**
 * Reads an OCSP response from its DER.
 *
 * @throws AssayError ERR_SIGNED_DATA_DECODE or ERR_CERTIFICATE for whatever is not one
 */
export function readOcspResponse(der: Uint8Array): OcspResponse {
  if (der.length > maxResponseBytes)
    throw signedDataError(`a response of at most ${maxResponseBytes} octets`, `${der.length}`);
  const response = sequenceReader(der);
  const status = response.take(tlvTag.enumerated).content;
  const code = status.length === 1 ? status[0] : undefined;
  if (code !== 0) return { kind: 'refusal', status: refusals[code ?? -1] ?? `status ${code ?? 'unknown'}` };
  const bytes = sequenceReader(response.take(contextTag(0)).content);
  if (hex(bytes.take(tlvTag.oid).content) !== rawOids.basicOcspResponse)
    throw signedDataError('a basic OCSP response', 'another type');
  const basic = sequenceReader(bytes.take(tlvTag.octetString).content);
  return readBasic(basic);
}

function readBasic(basic: TlvReader): OcspResponse {
  const data = basic.take(tlvTag.sequence);
  const algorithm = basic.take(tlvTag.sequence).whole;
  const signature = basic.take(tlvTag.bitString).content;
  const sent = basic.optional(contextTag(0));
  basic.end();
  const list =
    sent === undefined ? [] : tlvList(onlyTlv(sent.content, tlvTag.sequence).content, maxCertificates);
  return {
    kind: 'answer',
    signed: signedData(data.whole, algorithm, signature),
    ...readData(data),
    certificates: list.map(({ whole }) => whole),
  };
}

function readData({
  content,
}: Tlv): Pick<Extract<OcspResponse, { kind: 'answer' }>, 'responder' | 'producedAt' | 'answers'> {
  const data = new TlvReader(content);
  data.optional(contextTag(0));
  const responder = readResponder(data.next());
  const producedAt = instant(data.take(tlvTag.generalizedTime));
  const answers = tlvList(data.take(tlvTag.sequence).content, maxAnswers).map(readAnswer);
  const extensions = data.optional(contextTag(1));
  data.end();
  refuseCritical(extensions === undefined ? [] : rawExtensions(extensions.content));
  return { responder, producedAt, answers };
}

function readResponder({ tag, content }: Tlv): Responder {
  if (tag === contextTag(1)) return { kind: 'name', name: onlyTlv(content, tlvTag.sequence).whole };
  if (tag === contextTag(2)) return { kind: 'key', sha1: hex(onlyTlv(content, tlvTag.octetString).content) };
  throw signedDataError('a responder by name or by key', `tag 0x${tag.toString(16)}`);
}

function readAnswer({ whole }: Tlv): SingleAnswer {
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
function refuseCritical(extensions: readonly RawExtension[]): void {
  const unknown = extensions.find(({ critical }) => critical);
  if (unknown !== undefined) throw signedDataError('no critical extension', `0x${unknown.oid}`);
}

function instant({ whole }: Tlv): string {
  return readTime(decodeDer(whole));
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
