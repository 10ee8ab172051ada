import type { Completeness, EvidenceItem } from '../../model/index.ts';
import { type Revocation, revocation } from '../../tls/facts/revocation.ts';
import { type Versions, versions } from '../../tls/facts/versions.ts';
import { deriveRevocation } from '../../tls/revocation-facts.ts';
import { distinctBesides, type SentChain } from '../../tls/sent-chains.ts';
import type { FactCollector } from '../collector.ts';
import { certificatesOf, certificatesPlan, handshakesInWords, heldAgainstEvidence } from './certificates.ts';
import { binaryEvidence } from './evidence.ts';
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
    const value = deriveRevocation({ chains, roots, atMs });
    return {
      value,
      method: 'TEST',
      completeness: completenessOf(value, missing),
      requests: handshakesInWords(seen),
      evidence: [...heldAgainstEvidence(session, seen, roots), ...chains.flatMap(statusEvidence)],
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

/** What a staple is about is in the handshakes; it stands beside them so that other tools can read it. */
export function statusEvidence(chain: SentChain): EvidenceItem[] {
  return distinctBesides(chain, 'staple').map(({ bytes, handshakes }) =>
    binaryEvidence(`OCSP response stapled (${handshakes.join('; ')})`, 'ocsp', bytes),
  );
}
