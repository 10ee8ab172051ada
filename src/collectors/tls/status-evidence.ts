import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { AssayError, type EvidenceItem } from '../../model/index.ts';
import { certificateFields } from '../../x509/certificate-fields.ts';
import { findRevoked, type RevocationList, readRevocationList } from '../../x509/crl.ts';
import { readOcspResponse } from '../../x509/ocsp-response.ts';
import { binaryEvidence, jsonEvidence } from './evidence.ts';
import type { AskedIssuer } from './status.ts';

/** A longer list is summed up: it is public, and what counts is the entry, or that there is none. */
const wholeListBytes = 256 * 1024;

/** Every question to an issuer, and what came: signed answers whole, long lists summed up. */
export function answerEvidence(asked: readonly AskedIssuer[]): EvidenceItem[] {
  if (asked.length === 0) return [];
  const inOrder = [...asked].sort((a, b) => orderOf(a).localeCompare(orderOf(b), 'en'));
  const whole = new Map(
    inOrder.flatMap((one) => wholeAnswer(one).map((item) => [item.title, item] as const)),
  );
  return [
    jsonEvidence('what the issuers were asked, and what came', { asked: inOrder.map(describe) }),
    ...whole.values(),
  ];
}

/** What of the answers is not in the evidence. */
export function withheldFrom(asked: readonly AskedIssuer[]): string[] {
  const bodies = asked.map((one) => ({ one, read: readAnswer(one) }));
  const long = bodies.some(({ read }) => read.kind === 'list' && read.bytes.length > wholeListBytes);
  const other = bodies.some(({ read }) => read.kind === 'other');
  return [
    ...(long
      ? ['lists of more than 256 KB: their digest, times, signature and the entry asked for are kept']
      : []),
    ...(other
      ? ['what came in place of a list or a response, but its size and digest: it could be anything']
      : []),
  ];
}

function orderOf({ inquiry, request }: AskedIssuer): string {
  return `${inquiry.certificate.sha256} ${request.kind} ${request.url}`;
}

type Answer =
  | { readonly kind: 'none' }
  | { readonly kind: 'other' | 'response'; readonly bytes: Uint8Array }
  | { readonly kind: 'list'; readonly bytes: Uint8Array; readonly list: RevocationList };

function readAnswer({ request, fetched }: AskedIssuer): Answer {
  if (fetched.kind === 'none') return { kind: 'none' };
  const { bytes } = fetched;
  try {
    if (request.kind === 'crl') return { kind: 'list', bytes, list: readRevocationList(bytes) };
    readOcspResponse(bytes);
    return { kind: 'response', bytes };
  } catch (error) {
    if (error instanceof AssayError) return { kind: 'other', bytes };
    throw error;
  }
}

function describe(asked: AskedIssuer): object {
  const { request, fetched, inquiry } = asked;
  const { kind, url, body } = request;
  return {
    certificate: inquiry.certificate.sha256,
    kind,
    method: body === undefined ? 'GET' : 'POST',
    url,
    ...(body === undefined ? {} : { sent: Buffer.from(body).toString('hex') }),
    connections: fetched.hops,
    ...(fetched.kind === 'none' ? { none: fetched.why } : received(asked, fetched.bytes)),
  };
}

function received(asked: AskedIssuer, bytes: Uint8Array): object {
  const answer = readAnswer(asked);
  return {
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    verdict: asked.inquiry.verdicts.get(asked.request),
    ...(answer.kind === 'list' ? summaryOf(answer.list, asked) : {}),
  };
}

function summaryOf(list: RevocationList, { inquiry: { certificate } }: AskedIssuer): object {
  const entry = entryOf(list, certificateFields(certificate.der).serial);
  return {
    thisUpdate: list.thisUpdate,
    ...(list.nextUpdate === undefined ? {} : { nextUpdate: list.nextUpdate }),
    signatureAlgorithm: list.signed.algorithm.name,
    serial: certificate.serial,
    entry,
  };
}

/** Of extensions only the reason is read. */
function entryOf(list: RevocationList, serial: string): object | string {
  try {
    const entry = findRevoked(list, serial);
    return entry === undefined ? 'none' : { revokedAt: entry.at };
  } catch (error) {
    if (error instanceof AssayError) return error.message;
    throw error;
  }
}

function wholeAnswer(asked: AskedIssuer): EvidenceItem[] {
  const { url } = asked.request;
  const answer = readAnswer(asked);
  switch (answer.kind) {
    case 'none':
    case 'other':
      return [];
    case 'response': {
      const about = asked.inquiry.certificate.sha256;
      return [binaryEvidence(`OCSP response of ${url} about ${about}`, 'ocsp', answer.bytes)];
    }
    case 'list':
      if (answer.bytes.length > wholeListBytes) return [];
      return [binaryEvidence(`List of revoked certificates of ${url}`, 'crl', answer.bytes)];
  }
}
