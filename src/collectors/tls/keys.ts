import { keys } from '../../tls/facts/keys.ts';
import { type Versions, versions } from '../../tls/facts/versions.ts';
import { deriveKeys } from '../../tls/key-facts.ts';
import type { FactCollector } from '../collector.ts';
import { certificatesOf, certificatesPlan, handshakesEvidence, handshakesInWords } from './certificates.ts';
import type { TlsSession } from './session.ts';

/** Collects `tls.keys`, from the same handshakes as `tls.chain`. */
export const keysCollector: FactCollector<TlsSession> = {
  fact: keys.name,
  needs: [versions.name],
  plan: certificatesPlan,
  async collect(session, read) {
    const accepted = (await read(versions.name)) as Versions;
    const seen = await certificatesOf(session, accepted);
    const { chains, missing, dialogues } = seen;
    const value = deriveKeys(chains, session.serverName ?? session.host);
    return {
      value,
      method: 'TEST',
      completeness: [
        {
          list: '/certificates',
          basis: 'The first certificate of every chain sent, as tls.chain has it',
          returned: value.certificates.length,
          missing,
        },
      ],
      requests: handshakesInWords(seen),
      evidence: [handshakesEvidence(session, dialogues)],
    };
  },
};
