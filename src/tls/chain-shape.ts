import type { Certificate } from '../x509/certificate.ts';
import { Links } from '../x509/links.ts';
import { statusExtensions } from '../x509/status-extensions.ts';
import type { TrustStore } from '../x509/trust-store.ts';
import type { Chain } from './facts/chain.ts';
import type { SentChain } from './sent-chains.ts';

/** Roots that chains are held against: those that the target's clients trust, and the public ones. */
export interface Roots {
  readonly trusted: TrustStore;
  readonly public: TrustStore;
}

type Shape = Pick<
  Chain['paths'][number],
  'complete' | 'missingIssuer' | 'inOrder' | 'unneeded' | 'duplicates' | 'rootSent' | 'anchorKind'
>;

/**
 * What a chain is made of, whether valid or not: signatures and names only. Of a chain that would cost more to check
 * than any real one, nothing is said.
 *
 * @param known every certificate that the server sent in any chain
 */
export function chainShape(chain: SentChain, roots: Roots, known: readonly Certificate[]): Shape {
  const links = new Links();
  const shape = shapeOf(chain, roots, known, links);
  return links.exhausted ? {} : shape;
}

function shapeOf(chain: SentChain, roots: Roots, known: readonly Certificate[], links: Links): Shape {
  const { leaf, others } = chain;
  const sent = [leaf, ...others];
  const reached = reach(chain, roots.trusted.anchors, links);
  const complete = completeness(leaf, reached, known, links);
  const open = reached.unissued[0];
  const kind = anchorKind(chain, roots, complete === true, links);
  return {
    ...(complete === undefined ? {} : { complete }),
    ...(reached.whole || open === undefined ? {} : { missingIssuer: open.issuer.text || '(none)' }),
    inOrder: others.every((certificate, index) => links.issued(certificate, sent[index] as Certificate)),
    unneeded: distinct(others)
      .filter(({ sha256 }) => !reached.certificates.has(sha256))
      .map(({ subject }) => subject.text || '(none)'),
    duplicates: sent.length - distinct(sent).length,
    rootSent: others.some((certificate) => links.issued(certificate, certificate)),
    ...(kind === undefined ? {} : { anchorKind: kind }),
  };
}

interface Reached {
  /** Whether a self-signed certificate or an anchor is among them. */
  readonly whole: boolean;
  /** By digest: the leaf, who signed it, who signed those. */
  readonly certificates: ReadonlyMap<string, Certificate>;
  /** Those whose issuer is not known. */
  readonly unissued: readonly Certificate[];
}

function reach({ leaf, others }: SentChain, anchors: readonly Certificate[], links: Links): Reached {
  const certificates = new Map([[leaf.sha256, leaf]]);
  const unissued: Certificate[] = [];
  const anchorDigests = new Set(anchors.map(({ sha256 }) => sha256));
  let whole = anchorDigests.has(leaf.sha256);
  // The iterator of a map also comes to what is added on the way.
  for (const certificate of certificates.values()) {
    const issuers = [...others, ...anchors].filter((issuer) => links.issued(issuer, certificate));
    for (const issuer of issuers) certificates.set(issuer.sha256, issuer);
    const anchored = issuers.some(({ sha256 }) => anchorDigests.has(sha256));
    if (anchored || links.issued(certificate, certificate)) whole = true;
    else if (issuers.length === 0) unissued.push(certificate);
  }
  return { whole, certificates, unissued };
}

function completeness(
  leaf: Certificate,
  reached: Reached,
  known: readonly Certificate[],
  links: Links,
): boolean | undefined {
  if (reached.whole) return true;
  const isPublic = statusExtensions(leaf.der).timestamps !== undefined;
  const isIntermediate = reached.unissued.some(
    (certificate) =>
      statusExtensions(certificate.der).issuerUrls.length > 0 ||
      known.some((other) => links.issued(other, certificate)),
  );
  return isPublic || isIntermediate ? false : undefined;
}

function anchorKind(chain: SentChain, roots: Roots, complete: boolean, links: Links): Shape['anchorKind'] {
  const { certificates } = reach(chain, roots.public.anchors, links);
  if (roots.public.anchors.some(({ sha256 }) => certificates.has(sha256))) return 'public';
  return complete ? 'private' : undefined;
}

function distinct(certificates: readonly Certificate[]): Certificate[] {
  return [...new Map(certificates.map((certificate) => [certificate.sha256, certificate])).values()];
}
