import type { Certificate } from '../x509/certificate.ts';
import { Links } from '../x509/links.ts';
import { findPath } from '../x509/path.ts';
import type { RevocationVerdict } from '../x509/revocation.ts';
import { distinctCertificates, identified } from './chain-facts.ts';
import type { Roots } from './chain-shape.ts';
import type { Status } from './facts/status.ts';
import { named, stapleVerdicts } from './revocation-facts.ts';
import type { SentChain } from './sent-chains.ts';
import { askIssuer, type IssuerStatus, type StatusReply, type StatusRequest } from './status-inquiry.ts';

export interface StatusInput {
  readonly chains: readonly SentChain[];
  readonly roots: Roots;
  readonly atMs: number;
}

/** One certificate to be asked about. */
export interface Inquiry {
  readonly certificate: Certificate;
  readonly isLeaf: boolean;
  /**
   * Whether it leads to a root that was declared for the target and is not a public one: then what it names is the
   * user's own. Of any other certificate the URLs are whatever a stranger wrote.
   */
  readonly isOwn: boolean;
  /** What each answer was judged to say, as the asking goes on. */
  readonly verdicts: ReadonlyMap<StatusRequest, RevocationVerdict>;
  readonly asking: Generator<StatusRequest, IssuerStatus, StatusReply>;
}

/** The certificates that the fact `tls.status` is about: leaves and intermediates. */
export function statusInquiries({ chains, roots, atMs }: StatusInput): Inquiry[] {
  const placed = distinctCertificates(chains);
  const sent = placed.map(({ certificate }) => certificate);
  const among = [...sent, ...roots.trusted.anchors, ...roots.public.anchors];
  const own = ownAnchors(roots);
  const links = new Links();
  return placed
    .filter((one) => identified(one).role !== 'root')
    .map(({ certificate, first }) => {
      const issuer = links.issuersOf(certificate, among)[0];
      const path = { leaf: certificate, intermediates: sent, anchors: own, atMs };
      const question = { certificate, issuer, isLeaf: first, atMs };
      const verdicts = new Map<StatusRequest, RevocationVerdict>();
      const staples = first ? stapleVerdicts(chains, question) : [];
      const asking = askIssuer(question, staples, (request, verdict) => verdicts.set(request, verdict));
      return { certificate, isLeaf: first, isOwn: findPath(path).trusted, verdicts, asking };
    });
}

function ownAnchors({ trusted, public: known }: Roots): readonly Certificate[] {
  const digests = new Set(known.anchors.map(({ sha256 }) => sha256));
  return trusted.anchors.filter(({ sha256 }) => !digests.has(sha256));
}

/** The fact `tls.status`. */
export function statusValue(
  answered: readonly { readonly inquiry: Inquiry; readonly status: IssuerStatus }[],
): Status {
  const leaves = answered.filter(({ inquiry }) => inquiry.isLeaf);
  const others = answered.filter(({ inquiry }) => !inquiry.isLeaf);
  return {
    certificates: leaves.map(({ inquiry: { certificate }, status }) => ({
      ...named(certificate),
      selfSigned: certificate.signedBy(certificate),
      ...status,
    })),
    authorities: others.map(({ inquiry, status }) => ({ ...named(inquiry.certificate), ...status })),
  };
}
