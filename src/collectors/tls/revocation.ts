import type { Completeness, EvidenceItem } from '../../model/index.ts';
import { type Revocation, revocation } from '../../tls/facts/revocation.ts';
import { type Versions, versions } from '../../tls/facts/versions.ts';
import { deriveRevocation } from '../../tls/revocation-facts.ts';
import { handshakesAskingForStatus, type SentChain } from '../../tls/sent-chains.ts';
import type { FactCollector } from '../collector.ts';
import { certificatesOf, certificatesPlan, handshakesInWords } from './certificates.ts';
import { binaryEvidence, certificateEvidence } from './evidence.ts';
import { issuerEvidence } from './issuer-evidence.ts';
import type { TlsSession } from './session.ts';
import { rootsFor } from './trust-roots.ts';

/** Collects `tls.revocation`: from the handshakes alone, nobody else is asked. */
export const revocationCollector: FactCollector<TlsSession> = {
  fact: revocation.name,
  needs: [versions.name],
  plan: certificatesPlan,
  async collect(session, read) {
    const roots = await rootsFor(session.caFile);
    const accepted = (await read(versions.name)) as Versions;
    const seen = await certificatesOf(session, accepted);
    const { chains, missing, atMs } = seen;
    const stapleAsked = handshakesAskingForStatus(seen.outcomes);
    const value = deriveRevocation({ chains, roots, atMs, stapleAsked });
    return {
      value,
      method: 'TEST',
      completeness: completenessOf(value, missing),
      requests: handshakesInWords(seen),
      evidence: [...chains.flatMap(statusEvidence), ...issuerEvidence(chains, roots)],
    };
  },
};

function completenessOf(value: Revocation, missing: Completeness['missing']): Completeness[] {
  const basis = 'The certificates of every chain sent, as tls.chain has them';
  return [
    { list: '/certificates', basis, returned: value.certificates.length, missing },
    { list: '/authorities', basis, returned: value.authorities.length, missing },
  ];
}

/** The chain that a staple is about stands beside it, so that it can be verified again. */
export function statusEvidence({ leaf, others, staple, handshakes }: SentChain): EvidenceItem[] {
  const where = handshakes.join('; ');
  const ders = [leaf, ...others].map(({ der }) => der);
  return [
    certificateEvidence(`Chain as sent (${where})`, ders),
    ...(staple === undefined ? [] : [binaryEvidence(`OCSP response stapled (${where})`, 'ocsp', staple)]),
  ];
}
