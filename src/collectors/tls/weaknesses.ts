import { type Versions, versions } from '../../tls/facts/versions.ts';
import { weaknesses } from '../../tls/facts/weaknesses.ts';
import { deriveWeaknesses } from '../../tls/weakness-facts.ts';
import type { FactCollector } from '../collector.ts';
import { certificatesOf, certificatesPlan, handshakesEvidence, handshakesInWords } from './certificates.ts';
import type { TlsSession } from './session.ts';

/** Collects `tls.weaknesses`, from the same handshakes as `tls.chain`. */
export const weaknessesCollector: FactCollector<TlsSession> = {
  fact: weaknesses.name,
  needs: [versions.name],
  plan: certificatesPlan,
  async collect(session, read) {
    const accepted = (await read(versions.name)) as Versions;
    const seen = await certificatesOf(session, accepted);
    const { chains, missing, dialogues } = seen;
    const value = deriveWeaknesses(chains);
    return {
      value,
      method: 'TEST',
      completeness: [
        {
          list: '/certificates',
          basis: 'Every certificate sent, as tls.chain has it',
          returned: value.certificates.length,
          missing,
        },
      ],
      requests: handshakesInWords(seen),
      evidence: [handshakesEvidence(session, dialogues)],
    };
  },
};
