import { rawExtensions, rawOids } from './certificate-fields.ts';
import { hex, instant, readAnswer, refuseCritical, type SingleAnswer } from './ocsp-answer.ts';
import { type SignedData, signedData } from './signed-data.ts';
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
