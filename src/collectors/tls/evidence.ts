import { Buffer } from 'node:buffer';
import type { EvidenceItem } from '../../model/index.ts';
import { pem } from '../../x509/pem.ts';

/** Members in the order given, so that the same look is the same bytes. */
export function jsonEvidence(title: string, value: object): EvidenceItem {
  const bytes = Buffer.from(`${JSON.stringify(value, undefined, 2)}\n`);
  return { title, mediaType: 'application/json', extension: 'json', bytes };
}

/** Certificates (DER) as one PEM file, in the order given. */
export function certificateEvidence(title: string, certificates: Iterable<Uint8Array>): EvidenceItem {
  const bytes = Buffer.from(pem(...certificates));
  return { title, mediaType: 'application/pem-certificate-chain', extension: 'pem', bytes };
}
