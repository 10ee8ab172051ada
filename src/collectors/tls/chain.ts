import type { Completeness, EvidenceItem } from '../../model/index.ts';
import { deriveChain } from '../../tls/chain-facts.ts';
import { type Chain, chain } from '../../tls/facts/chain.ts';
import { type Versions, versions } from '../../tls/facts/versions.ts';
import type { SentChain } from '../../tls/sent-chains.ts';
import type { FactCollector } from '../collector.ts';
import { certificatesOf, certificatesPlan, handshakesInWords, heldAgainstEvidence } from './certificates.ts';
import { certificateEvidence } from './evidence.ts';
import type { TlsSession } from './session.ts';
import { rootsFor } from './trust-roots.ts';

/** Collects `tls.chain`. */
export const chainCollector: FactCollector<TlsSession> = {
  fact: chain.name,
  needs: [versions.name],
  plan: certificatesPlan,
  async collect(session, read) {
    const roots = await rootsFor(session.caFile);
    const accepted = (await read(versions.name)) as Versions;
    const seen = await certificatesOf(session, accepted);
    const { chains, missing, atMs } = seen;
    const value = deriveChain(chains, roots, atMs);
    return {
      value,
      method: 'TEST',
      completeness: completenessOf(value, missing),
      requests: handshakesInWords(seen),
      evidence: [...chains.map(chainEvidence), ...heldAgainstEvidence(session, seen, roots)],
    };
  },
};

function completenessOf(value: Chain, missing: Completeness['missing']): Completeness[] {
  const basis =
    'Every chain sent in handshakes of each accepted version, asking for RSA, for ECDSA or EdDSA, and for any other kind of key until refused';
  return [
    { list: '/certificates', basis, returned: value.certificates.length, missing },
    { list: '/paths', basis, returned: value.paths.length, missing },
  ];
}

function chainEvidence({ leaf, others, handshakes }: SentChain): EvidenceItem {
  const ders = [leaf, ...others].map(({ der }) => der);
  return certificateEvidence(`Chain as sent (${handshakes.join('; ')})`, ders);
}
