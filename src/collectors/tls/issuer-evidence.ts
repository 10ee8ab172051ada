import type { EvidenceItem } from '../../model/index.ts';
import type { Roots } from '../../tls/chain-shape.ts';
import type { SentChain } from '../../tls/sent-chains.ts';
import { Links } from '../../x509/links.ts';
import { certificateEvidence } from './evidence.ts';

/**
 * The roots that issued the server's certificates themselves: nobody sends them, and without the issuer's key neither
 * a staple nor an embedded timestamp can be verified again.
 */
export function issuerEvidence(chains: readonly SentChain[], roots: Roots): EvidenceItem[] {
  const links = new Links();
  const anchors = [...roots.trusted.anchors, ...roots.public.anchors];
  const issuers = chains.flatMap(({ leaf }) => links.issuersOf(leaf, anchors));
  const ders = new Map(issuers.map(({ sha256, der }) => [sha256, der]));
  return ders.size === 0 ? [] : [certificateEvidence('Roots that issued the leaves', ders.values())];
}
