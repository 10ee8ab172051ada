import type { EvidenceItem, Json } from '../../model/index.ts';
import { type Versions, versions } from '../../tls/facts/versions.ts';
import type { FactCollector } from '../collector.ts';
import {
  type Certificates,
  certificatesOf,
  certificatesPlan,
  handshakesEvidence,
  handshakesInWords,
} from './certificates.ts';
import type { TlsSession } from './session.ts';

/** A fact that follows from the handshakes of `tls.chain` alone: neither roots nor the time matter. */
export interface CertificatesFact<V extends { readonly certificates: readonly Json[] }> {
  readonly fact: string;
  /** Which of the certificates sent it tells of. */
  readonly which: string;
  derive(seen: Certificates, session: TlsSession): V;
  /** Evidence beside the handshakes. */
  beside?(seen: Certificates): readonly EvidenceItem[];
}

export function certificatesFact<V extends { readonly certificates: readonly Json[] }>({
  fact,
  which,
  derive,
  beside,
}: CertificatesFact<V>): FactCollector<TlsSession> {
  return {
    fact,
    needs: [versions.name],
    plan: certificatesPlan,
    async collect(session, read) {
      const seen = await certificatesOf(session, (await read(versions.name)) as Versions);
      const value = derive(seen, session);
      const { missing, dialogues } = seen;
      return {
        value,
        method: 'TEST',
        completeness: [
          {
            list: '/certificates',
            basis: `${which}, as tls.chain has it`,
            returned: value.certificates.length,
            missing,
          },
        ],
        requests: handshakesInWords(seen),
        evidence: [...(beside?.(seen) ?? []), handshakesEvidence(session, dialogues)],
      };
    },
  };
}
