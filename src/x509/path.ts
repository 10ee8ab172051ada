import type { Certificate } from './certificate.ts';
import { sameName } from './distinguished-name.ts';
import { isSelfIssued, pathViolation } from './path-validity.ts';

/** Whether a chain leads to a trust anchor. A path runs from the leaf to the anchor. */
export type PathResult =
  | { readonly trusted: true; readonly path: readonly Certificate[]; readonly anchor: Certificate }
  | { readonly trusted: false; readonly reason: string };

export interface PathInput {
  readonly leaf: Certificate;
  /** What was sent with it, in any order; unrelated certificates do no harm. */
  readonly intermediates: readonly Certificate[];
  readonly anchors: readonly Certificate[];
  /** The instant at which all must be valid, in milliseconds since 1970. */
  readonly atMs: number;
}

/** Real paths have three or four certificates. */
const maxPathLength = 12;
/** What hostile chains (many cross-signed certificates of one name) may cost. */
const maxSignatureChecks = 200;

/**
 * Finds a path of RFC 5280 §6 from a server's certificate to an anchor: signatures, validity, CA and key usage, path
 * length, name constraints, critical extensions, and key purpose of the CAs. Every certificate given as an anchor is
 * one, self-signed or not. Revocation and certificate policies are not judged. Where there is no valid path, the
 * reason is that of the path that came nearest to an anchor.
 */
export function findPath(input: PathInput): PathResult {
  const intermediates = distinct(input.intermediates).filter((one) => !isAmong(one, input.anchors));
  const search: Search = { ...input, intermediates, remainingChecks: maxSignatureChecks, failures: [] };
  const path = extend([input.leaf], input.leaf, search);
  const anchor = path?.at(-1);
  if (path !== undefined && anchor !== undefined) return { trusted: true, path, anchor };
  const [nearest] = search.failures.sort((a, b) => b.rank - a.rank);
  return { trusted: false, reason: nearest?.reason ?? 'no path' };
}

interface Search extends PathInput {
  remainingChecks: number;
  readonly failures: Failure[];
}

interface Failure {
  /** 2: the search was cut short; 1: a path to an anchor that is not valid; 0: a path to no anchor. */
  readonly rank: 0 | 1 | 2;
  readonly reason: string;
}

/** Depth first: the first valid path is the result; what failed on the way is noted in the search. */
function extend(
  path: readonly Certificate[],
  last: Certificate,
  search: Search,
): readonly Certificate[] | undefined {
  if (isAmong(last, search.anchors)) {
    const reason = pathViolation(path, search.atMs);
    if (reason === undefined) return path;
    search.failures.push({ rank: 1, reason });
    return undefined;
  }
  for (const issuer of issuersOf(path, last, search)) {
    const found = extend([...path, issuer], issuer, search);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Anchors first, so that what was sent needlessly does not lengthen the path. */
function issuersOf(path: readonly Certificate[], last: Certificate, search: Search): Certificate[] {
  if (path.length >= maxPathLength) {
    search.failures.push({ rank: 2, reason: `a path longer than ${maxPathLength} certificates` });
    return [];
  }
  const named = [...search.anchors, ...search.intermediates].filter(
    (candidate) => sameName(candidate.subject, last.issuer) && !isAmong(candidate, path),
  );
  const issuers = named.filter((candidate) => signatureChecked(last, candidate, search));
  if (issuers.length === 0) search.failures.push({ rank: 0, reason: missingIssuer(last, named.length > 0) });
  return issuers;
}

function signatureChecked(certificate: Certificate, issuer: Certificate, search: Search): boolean {
  if (search.remainingChecks === 0) {
    search.failures.push({ rank: 2, reason: `more than ${maxSignatureChecks} signatures to check` });
    return false;
  }
  search.remainingChecks--;
  return certificate.signedBy(issuer);
}

function distinct(certificates: readonly Certificate[]): Certificate[] {
  return [...new Map(certificates.map((certificate) => [certificate.sha256, certificate])).values()];
}

function isAmong({ sha256 }: Certificate, certificates: readonly Certificate[]): boolean {
  return certificates.some((certificate) => certificate.sha256 === sha256);
}

function missingIssuer(certificate: Certificate, nameKnown: boolean): string {
  const { subject, issuer } = certificate;
  if (nameKnown) return `the signature of ${subject.text} was not made by the key of ${issuer.text}`;
  if (isSelfIssued(certificate)) return `${subject.text} is self-signed and not among the trusted roots`;
  return `no certificate of ${issuer.text}, the issuer of ${subject.text}, was sent or is trusted`;
}
