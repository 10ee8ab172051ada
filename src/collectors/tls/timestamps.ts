import type { EvidenceItem } from '../../model/index.ts';
import { type Timestamps, timestamps } from '../../tls/facts/timestamps.ts';
import { type Versions, versions } from '../../tls/facts/versions.ts';
import { handshakesAskingForStatus, type SentChain } from '../../tls/sent-chains.ts';
import { deriveTimestamps } from '../../tls/timestamp-facts.ts';
import { type LogList, logIdOf } from '../../x509/transparency-log.ts';
import { transparencyLogs } from '../../x509/transparency-logs.ts';
import type { FactCollector } from '../collector.ts';
import { certificatesOf, certificatesPlan, handshakesInWords } from './certificates.ts';
import { binaryEvidence, certificateEvidence, jsonEvidence } from './evidence.ts';
import { issuerEvidence } from './issuer-evidence.ts';
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
    const asked = handshakesAskingForStatus(seen.outcomes);
    const value = deriveTimestamps({ chains, roots, logs: transparencyLogs, atMs, asked });
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
        ...chains.flatMap(timestampEvidence),
        ...issuerEvidence(chains, roots),
        ...logEvidence(value, transparencyLogs),
      ],
    };
  },
};

function timestampEvidence({
  leaf,
  others,
  staple,
  timestamps: list,
  handshakes,
}: SentChain): EvidenceItem[] {
  const where = handshakes.join('; ');
  const ders = [leaf, ...others].map(({ der }) => der);
  const extension = `Timestamps of the TLS extension (${where})`;
  return [
    certificateEvidence(`Chain as sent (${where})`, ders),
    ...(staple === undefined ? [] : [binaryEvidence(`OCSP response stapled (${where})`, 'ocsp', staple)]),
    ...(list === undefined ? [] : [binaryEvidence(extension, 'sct', list)]),
  ];
}

/** The logs as the list has them, so that their timestamps can be verified again when it has others. */
function logEvidence({ certificates }: Timestamps, { published, logs }: LogList): EvidenceItem[] {
  const named = new Set(certificates.flatMap((each) => each.timestamps.map(({ logId }) => logId)));
  const used = logs.filter((log) => named.has(logIdOf(log)));
  return used.length === 0
    ? []
    : [jsonEvidence('Logs that the timestamps are of', { published, logs: used })];
}
