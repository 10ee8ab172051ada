import type { Certificate } from '../x509/certificate.ts';
import { judgeCrl } from '../x509/crl-check.ts';
import { judgeOcsp } from '../x509/ocsp.ts';
import type { RevocationVerdict } from '../x509/revocation.ts';
import type { Revocation } from './facts/revocation.ts';

type Status = Pick<
  Revocation['certificates'][number],
  'status' | 'statusSource' | 'revokedAt' | 'revocationReason'
>;

/** What else says whether certificates are revoked, DER; whoever has it gives it, nothing is fetched here. */
export interface RevocationSources {
  readonly responses: readonly Uint8Array[];
  readonly lists: readonly Uint8Array[];
}

/** A certificate of whose status something may be known. */
export interface StatusQuestion {
  readonly certificate: Certificate;
  readonly issuer: Certificate | undefined;
  readonly atMs: number;
  /** Whether it is a server's own: only those may be too short-lived to be revoked. */
  readonly isLeaf: boolean;
  readonly sources?: RevocationSources;
}

/** What is known of a certificate, of stapled responses and other sources. */
export function statusOf(question: StatusQuestion, staples: readonly RevocationVerdict[]): Status {
  const { certificate, issuer, atMs, sources = { responses: [], lists: [] } } = question;
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
  return definite(judged) ?? undecided(question, judged);
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

function undecided({ certificate, isLeaf }: StatusQuestion, judged: readonly Judged[]): Status {
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
