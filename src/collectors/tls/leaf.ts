import { deriveLeaves } from '../../tls/chain-facts.ts';
import { leaf } from '../../tls/facts/leaf.ts';
import { certificatesFact } from './certificates-fact.ts';
import { certificateEvidence } from './evidence.ts';

export const leafCollector = certificatesFact({
  fact: leaf.name,
  which: 'The first certificate of every chain sent',
  derive: ({ chains }, session) => deriveLeaves(chains, session.serverName ?? session.host),
  beside: ({ chains }) => {
    const ders = new Map(chains.map((chain) => [chain.leaf.sha256, chain.leaf.der]));
    return [certificateEvidence("The server's own certificates", ders.values())];
  },
});
