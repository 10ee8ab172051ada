import type { Certificate } from '../x509/certificate.ts';
import { judgeCrl } from '../x509/crl-check.ts';
import { Links } from '../x509/links.ts';
import { judgeOcsp } from '../x509/ocsp.ts';
import type { RevocationVerdict } from '../x509/revocation.ts';
import { statusExtensions } from '../x509/status-extensions.ts';
import { distinctCertificates, identified } from './chain-facts.ts';
import type { Roots } from './chain-shape.ts';
import type { Revocation } from './facts/revocation.ts';
import type { SentChain } from './sent-chains.ts';

type LeafStatus = Revocation['certificates'][number];
type Status = Pick<LeafStatus, 'status' | 'statusSource' | 'revokedAt' | 'revocationReason'>;

/** What else says whether certificates are revoked, DER; whoever has it gives it, nothing is fetched here. */
export interface RevocationSources {
  readonly responses: readonly Uint8Array[];
  readonly lists: readonly Uint8Array[];
}

export interface RevocationInput {
  readonly chains: readonly SentChain[];
  readonly roots: Roots;
  readonly atMs: number;
  /** The handshakes that asked for a staple, as `SentChain.handshakes` names them. */
  readonly stapleAsked: ReadonlySet<string>;
  readonly sources?: RevocationSources;
}

/** The fact `tls.revocation`. */
export function deriveRevocation(input: RevocationInput): Revocation {
  const placed = distinctCertificates(input.chains);
  const links = new Links();
  const { trusted, public: publicRoots } = input.roots;
  const among = [...placed.map(({ certificate }) => certificate), ...trusted.anchors, ...publicRoots.anchors];
  const inform = (certificate: Certificate): Informed => {
    const issuer = links.issuersOf(certificate, among)[0];
    return { certificate, issuer, ...input };
  };
  const authorities = placed.map(identifiedWith).filter(({ names }) => names.role === 'intermediate');
  return {
    certificates: placed
      .filter(({ first }) => first)
      .map(({ certificate }) => leafStatus(inform(certificate))),
    authorities: authorities.map(({ certificate }) => ({
      ...named(certificate),
      ...statusOf(inform(certificate), []),
    })),
  };
}

function identifiedWith(one: Parameters<typeof identified>[0]): {
  certificate: Certificate;
  names: ReturnType<typeof identified>;
} {
  return { certificate: one.certificate, names: identified(one) };
}

interface Informed extends RevocationInput {
  readonly certificate: Certificate;
  readonly issuer: Certificate | undefined;
}

function leafStatus(informed: Informed): LeafStatus {
  const { certificate, chains, stapleAsked, issuer, atMs } = informed;
  const own = chains.filter(({ leaf }) => leaf.sha256 === certificate.sha256);
  const staples = own.flatMap(({ staple }) => (staple === undefined ? [] : [staple]));
  const asked = own.every(({ handshakes }) => handshakes.every((handshake) => stapleAsked.has(handshake)));
  // Without the issuer's certificate nobody can tell whether what was stapled is valid.
  const known = issuer === undefined ? [] : staples;
  const verdicts = known.map((staple) =>
    judgeOcsp(staple, { certificate, issuer: issuer as Certificate, atMs }),
  );
  return {
    ...named(certificate),
    selfSigned: certificate.signedBy(certificate),
    mustStaple: statusExtensions(certificate.der).mustStaple,
    ...stapleField(verdicts, asked && staples.length === 0),
    ...statusOf(informed, verdicts),
  };
}

function named(
  certificate: Certificate,
): Pick<LeafStatus, 'subject' | 'serial' | 'sha256' | 'ocspUrls' | 'crlUrls'> {
  const { subject, serial, sha256 } = identified({ certificate, first: true });
  const { ocspUrls, crlUrls } = statusExtensions(certificate.der);
  return { subject, serial, sha256, ocspUrls, crlUrls };
}

/** Worst first: what one client got, others get. */
const ranks = ['revoked', 'invalid', 'unknown', 'good'] as const;

function stapleField(
  verdicts: readonly RevocationVerdict[],
  noneCame: boolean,
): Pick<LeafStatus, 'staple' | 'stapleFault'> {
  if (verdicts.length === 0) return noneCame ? { staple: 'none' } : {};
  const staple = ranks.find((rank) => verdicts.some(({ kind }) => kind === rank)) ?? 'invalid';
  const fault = verdicts.find((verdict) => verdict.kind === 'invalid');
  return { staple, ...(staple === 'invalid' && fault ? { stapleFault: fault.why } : {}) };
}

function statusOf(informed: Informed, staples: readonly RevocationVerdict[]): Status {
  const { certificate, issuer, atMs, sources = { responses: [], lists: [] } } = informed;
  const asked = { certificate, atMs };
  const judged: Judged[] = [
    ...staples.map((verdict) => ({ verdict, source: 'stapled OCSP response' })),
    ...(issuer === undefined
      ? []
      : [
          ...sources.responses.map((each) => ({
            verdict: judgeOcsp(each, { ...asked, issuer }),
            source: 'OCSP response',
          })),
          ...sources.lists.map((each) => ({
            verdict: judgeCrl(each, { ...asked, issuer }),
            source: 'list of revoked certificates',
          })),
        ]),
  ];
  return definite(judged) ?? undecided(informed, judged);
}

interface Judged {
  readonly verdict: RevocationVerdict;
  readonly source: string;
}

function definite(judged: readonly Judged[]): Status | undefined {
  const found =
    judged.find(({ verdict }) => verdict.kind === 'revoked') ??
    judged.find(({ verdict }) => verdict.kind === 'good');
  if (found === undefined) return undefined;
  const { verdict, source } = found;
  switch (verdict.kind) {
    case 'good':
      return { status: 'good', statusSource: signedWords(source, verdict) };
    case 'revoked':
      return {
        status: 'revoked',
        statusSource: signedWords(source, verdict),
        revokedAt: verdict.at,
        ...(verdict.reason === undefined ? {} : { revocationReason: verdict.reason }),
      };
    case 'unknown':
    case 'invalid':
      return undefined;
  }
}

function signedWords(source: string, verdict: Exclude<RevocationVerdict, { kind: 'invalid' }>): string {
  const until = verdict.nextUpdate === undefined ? '' : `, until ${verdict.nextUpdate}`;
  return `${source} of ${verdict.thisUpdate}${until}, signed by ${verdict.signer}`;
}

function undecided({ certificate, chains }: Informed, judged: readonly Judged[]): Status {
  const isLeaf = chains.some(({ leaf }) => leaf.sha256 === certificate.sha256);
  if (isLeaf && isShortLived(certificate)) {
    return { status: 'short-lived', statusSource: 'its validity period' };
  }
  const reasons = judged.map(({ verdict, source }) =>
    verdict.kind === 'invalid' ? `${source}: ${verdict.why}` : `${source}: it does not know the certificate`,
  );
  return { statusSource: reasons.join('; ') || 'nothing that was sent or given says' };
}

const dayMs = 86_400_000;
const shorterSince = Date.parse('2026-03-15T00:00:00.000Z');

/** Baseline Requirements 1.6.1: the last second belongs to the period. */
function isShortLived({ notBefore, notAfter }: Certificate): boolean {
  const days = Date.parse(notBefore) < shorterSince ? 10 : 7;
  return Date.parse(notAfter) - Date.parse(notBefore) + 1000 <= days * dayMs;
}
