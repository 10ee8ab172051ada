import type { EvidenceItem } from '../../model/index.ts';
import { type Timestamps, timestamps } from '../../tls/facts/timestamps.ts';
import { type Versions, versions } from '../../tls/facts/versions.ts';
import { distinctBesides, type SentChain } from '../../tls/sent-chains.ts';
import { deriveTimestamps } from '../../tls/timestamp-facts.ts';
import { type LogList, logIdOf } from '../../x509/transparency-log.ts';
import { transparencyLogs } from '../../x509/transparency-logs.ts';
import type { FactCollector } from '../collector.ts';
import { certificatesOf, certificatesPlan, handshakesInWords, heldAgainstEvidence } from './certificates.ts';
import { binaryEvidence } from './evidence.ts';
import { statusEvidence } from './revocation.ts';
import type { TlsSession } from './session.ts';
import { rootsFor } from './trust-roots.ts';

/** Collects `tls.timestamps`, from the same handshakes as `tls.chain`. */
export const timestampsCollector: FactCollector<TlsSession> = {
  fact: timestamps.name,
  needs: [versions.name],
  plan: certificatesPlan,
  async collect(session, read) {
    const roots = await rootsFor(session.caFile);
    const accepted = (await read(versions.name)) as Versions;
    const seen = await certificatesOf(session, accepted);
    const { chains, missing, atMs } = seen;
    const value = deriveTimestamps({ chains, roots, logs: transparencyLogs, atMs });
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
        ...heldAgainstEvidence(session, seen, roots, logsOf(value, transparencyLogs)),
        ...chains.flatMap(timestampEvidence),
      ],
    };
  },
};

function timestampEvidence(chain: SentChain): EvidenceItem[] {
  const lists = distinctBesides(chain, 'timestamps').map(({ bytes, handshakes }) =>
    binaryEvidence(`Timestamps of the TLS extension (${handshakes.join('; ')})`, 'sct', bytes),
  );
  return [...statusEvidence(chain), ...lists];
}

/** The logs as the list has them, so that their timestamps can be verified again when it has others. */
function logsOf({ certificates }: Timestamps, { published, logs }: LogList): LogList {
  const named = new Set(certificates.flatMap((each) => each.timestamps.map(({ logId }) => logId)));
  return { published, logs: logs.filter((log) => named.has(logIdOf(log))) };
}
