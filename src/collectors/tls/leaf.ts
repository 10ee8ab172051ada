import { deriveLeaves } from '../../tls/chain-facts.ts';
import { leaf } from '../../tls/facts/leaf.ts';
import { type Versions, versions } from '../../tls/facts/versions.ts';
import type { FactCollector } from '../collector.ts';
import { certificatesOf, certificatesPlan, handshakesEvidence, handshakesInWords } from './certificates.ts';
import { certificateEvidence } from './evidence.ts';
import type { TlsSession } from './session.ts';

/** Collects `tls.leaf`, from the same handshakes as `tls.chain`. */
export const leafCollector: FactCollector<TlsSession> = {
  fact: leaf.name,
  needs: [versions.name],
  plan: certificatesPlan,
  async collect(session, read) {
    const accepted = (await read(versions.name)) as Versions;
    const seen = await certificatesOf(session, accepted);
    const { chains, missing, dialogues } = seen;
    const value = deriveLeaves(chains, session.serverName ?? session.host);
    const ders = new Map(chains.map(({ leaf: { sha256, der } }) => [sha256, der]));
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
      evidence: [
        certificateEvidence("The server's own certificates", ders.values()),
        handshakesEvidence(session, dialogues),
      ],
    };
  },
};
