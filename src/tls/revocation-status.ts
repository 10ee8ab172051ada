import type { Certificate } from '../x509/certificate.ts';
import type { RevocationVerdict } from '../x509/revocation.ts';
import type { Revocation } from './facts/revocation.ts';

/** The status of a certificate as facts have it. */
export type KnownStatus = Pick<
  Revocation['certificates'][number],
  'status' | 'statusSource' | 'revokedAt' | 'revocationReason'
>;

/** A certificate of whose status something may be known. */
export interface StatusQuestion {
  readonly certificate: Certificate;
  readonly issuer: Certificate | undefined;
  readonly atMs: number;
  /** Whether it is a server's own: only those may be too short-lived to be revoked. */
  readonly isLeaf: boolean;
}

/** What stapled responses say. */
export function stapled(verdicts: readonly RevocationVerdict[]): Judged[] {
  return verdicts.map((verdict) => ({ verdict, source: 'stapled OCSP response' }));
}

/** What one source says, and the source in words. */
export interface Judged {
  readonly verdict: RevocationVerdict;
  readonly source: string;
}

/** The status that follows from all that was asked. */
export function statusFrom(question: StatusQuestion, judged: readonly Judged[]): KnownStatus {
  return definite(judged) ?? undecided(question, judged);
}

/** The source that decides: one that says revoked before one that says good. */
export function deciding<J extends Judged>(judged: readonly J[]): J | undefined {
  return (
    judged.find(({ verdict }) => verdict.kind === 'revoked') ??
    judged.find(({ verdict }) => verdict.kind === 'good')
  );
}

function definite(judged: readonly Judged[]): KnownStatus | undefined {
  const found = deciding(judged);
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

function undecided({ certificate, isLeaf }: StatusQuestion, judged: readonly Judged[]): KnownStatus {
  if (isLeaf && isShortLived(certificate)) {
    return { status: 'short-lived', statusSource: 'its validity period' };
  }
  const reasons = judged.map(({ verdict, source }) =>
    verdict.kind === 'invalid' ? `${source}: ${verdict.why}` : `${source}: it does not know the certificate`,
  );
  return { statusSource: reasons.join('; ') || 'nothing says' };
}

const dayMs = 86_400_000;
const shorterSince = Date.parse('2026-03-15T00:00:00.000Z');

/** Baseline Requirements 1.6.1: the last second belongs to the period. */
function isShortLived({ notBefore, notAfter }: Certificate): boolean {
  const days = Date.parse(notBefore) < shorterSince ? 10 : 7;
  return Date.parse(notAfter) - Date.parse(notBefore) + 1000 <= days * dayMs;
}
