import { Buffer } from 'node:buffer';
import { AssayError } from '../model/index.ts';
import type { Certificate } from '../x509/certificate.ts';
import { rawOids } from '../x509/certificate-fields.ts';
import { type CertificateTimestamp, readTimestamps } from '../x509/certificate-timestamps.ts';
import { readOcspResponse } from '../x509/ocsp-response.ts';
import { statusExtensions } from '../x509/status-extensions.ts';
import { onlyTlv, tlvTag } from '../x509/tlv.ts';
import type { Sending } from './sent-chains.ts';

/** A timestamp, and where it was: in the certificate, in the stapled response, in the TLS extension. */
export interface FoundTimestamp {
  readonly timestamp: CertificateTimestamp;
  readonly source: 'certificate' | 'ocsp' | 'tls';
}

interface FoundTimestamps {
  readonly found: readonly FoundTimestamp[];
  /** How many lists could not be read; each may have held any. */
  readonly malformed: number;
}

/** Each distinct timestamp of a leaf once, in whatever handshake it came. */
export function foundTimestamps(leaf: Certificate, sendings: readonly Sending[]): FoundTimestamps {
  const embedded = statusExtensions(leaf.der);
  const found = new Map<string, FoundTimestamp>();
  let malformed = embedded.malformed.includes('embeddedTimestamps') ? 1 : 0;
  const add = (source: FoundTimestamp['source'], list: () => Uint8Array | undefined): void => {
    try {
      const bytes = list();
      for (const timestamp of bytes === undefined ? [] : readTimestamps(bytes)) {
        const key = `${timestamp.logId} ${source} ${Buffer.from(timestamp.signature).toString('hex')}`;
        found.set(key, { timestamp, source });
      }
    } catch (error) {
      if (!(error instanceof AssayError)) throw error;
      malformed++;
    }
  };
  add('certificate', () => embedded.timestamps);
  for (const { staple, timestamps } of sendings) {
    if (staple !== undefined) add('ocsp', () => stapledTimestamps(staple));
    add('tls', () => timestamps);
  }
  return { found: [...found.values()], malformed };
}

/** The response need not be valid for that: each timestamp has its own signature. */
function stapledTimestamps(staple: Uint8Array): Uint8Array | undefined {
  const response = readOcspResponse(staple);
  if (response.kind === 'refusal') return undefined;
  const extensions = response.answers.flatMap((answer) => answer.extensions);
  const list = extensions.find(({ oid }) => oid === rawOids.ocspTimestamps);
  return list === undefined ? undefined : onlyTlv(list.value, tlvTag.octetString).content;
}
