import type { Certificate } from '../x509/certificate.ts';
import { judgeCrl } from '../x509/crl-check.ts';
import { judgeOcsp } from '../x509/ocsp.ts';
import { ocspRequest } from '../x509/ocsp-request.ts';
import type { RevocationVerdict } from '../x509/revocation.ts';
import { statusExtensions } from '../x509/status-extensions.ts';
import type { Status } from './facts/status.ts';
import { deciding, type Judged, type StatusQuestion, stapled, statusFrom } from './revocation-status.ts';

/** What is to be asked next: a list by GET, an OCSP responder by POST of `body`. */
export interface StatusRequest {
  readonly kind: 'crl' | 'ocsp';
  readonly url: string;
  readonly body?: Uint8Array;
}

/** What came of it: octets that nothing is known of yet, or why there are none. */
export type StatusReply =
  | { readonly kind: 'body'; readonly bytes: Uint8Array }
  | { readonly kind: 'none'; readonly why: string };

export type IssuerStatus = Omit<
  Status['authorities'][number],
  'subject' | 'serial' | 'sha256' | 'ocspUrls' | 'crlUrls'
>;

/** One certificate is not asked about at more places; more is what a hostile one has. */
export const maxUrls = 4;

interface Sourced extends Judged {
  readonly via: 'staple' | 'crl' | 'ocsp';
  readonly host?: string;
}

/** Told what each answer was judged to say: a long list is not read twice. */
export type NoteVerdict = (request: StatusRequest, verdict: RevocationVerdict) => void;

/**
 * Asks what an issuer says of a certificate, one URL after the other, until one says good or revoked. Where a valid
 * staple says so already, or nobody could tell whether an answer is the issuer's, nobody is asked.
 */
export function* askIssuer(
  question: StatusQuestion,
  staples: readonly RevocationVerdict[],
  note: NoteVerdict,
): Generator<StatusRequest, IssuerStatus, StatusReply> {
  const { certificate, issuer } = question;
  const judged: Sourced[] = stapled(staples).map((one) => ({ ...one, via: 'staple' }));
  if (issuer === undefined) judged.push(...unaskable('the certificate of who issued it is not known'));
  else if (!certificate.signedBy(certificate)) yield* askInTurn(question, issuer, judged, note);
  return concluded(question, judged);
}

function* askInTurn(
  { certificate, atMs }: StatusQuestion,
  issuer: Certificate,
  judged: Sourced[],
  note: NoteVerdict,
): Generator<StatusRequest, void, StatusReply> {
  const requests = requestsFor(certificate, issuer);
  for (const request of requests.slice(0, maxUrls)) {
    if (deciding(judged) !== undefined) return;
    const reply = yield request;
    const verdict = verdictOf(request, reply, { certificate, issuer, atMs });
    note(request, verdict);
    judged.push({ verdict, via: request.kind, ...placed(request) });
  }
  const more = requests.length - maxUrls;
  if (more > 0) judged.push(...unaskable(`${more} more URLs of the certificate are not asked`));
}

/** Lists first: who fetches one does not say which certificate it is about. */
function requestsFor(certificate: Certificate, issuer: Certificate): StatusRequest[] {
  const { crlUrls, ocspUrls } = statusExtensions(certificate.der);
  const body = ocspRequest(certificate, issuer);
  return [
    ...[...new Set(crlUrls)].map((url) => ({ kind: 'crl', url }) as const),
    ...[...new Set(ocspUrls)].map((url) => ({ kind: 'ocsp', url, body }) as const),
  ];
}

function verdictOf(
  { kind }: StatusRequest,
  reply: StatusReply,
  question: Parameters<typeof judgeCrl>[1],
): RevocationVerdict {
  if (reply.kind === 'none') return { kind: 'invalid', why: reply.why };
  return kind === 'crl' ? judgeCrl(reply.bytes, question) : judgeOcsp(reply.bytes, question);
}

function placed({ kind, url }: StatusRequest): Pick<Sourced, 'source' | 'host'> {
  const what = kind === 'crl' ? 'list of revoked certificates' : 'OCSP response';
  const host = hostIn(url);
  return { source: `${what} from ${host ?? 'a URL without host'}`, ...(host === undefined ? {} : { host }) };
}

/** No name of DNS is longer. */
const maxHost = 255;

function hostIn(url: string): string | undefined {
  try {
    return new URL(url).hostname.slice(0, maxHost) || undefined;
  } catch {
    return undefined;
  }
}

function unaskable(why: string): Sourced[] {
  return [{ verdict: { kind: 'invalid', why }, source: 'other answers', via: 'ocsp' }];
}

function concluded(question: StatusQuestion, judged: readonly Sourced[]): IssuerStatus {
  const known = statusFrom(question, judged);
  if (known.status === 'short-lived') return { ...known, source: 'validity' };
  const found = deciding(judged);
  if (found === undefined) return known;
  return { ...known, source: found.via, ...(found.host === undefined ? {} : { host: found.host }) };
}
