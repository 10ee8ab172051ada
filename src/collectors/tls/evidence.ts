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

/** Media types of what is kept as it was sent: RFC 6960 appendix C has one for OCSP, RFC 6962 none. */
const binaryTypes = {
  ocsp: { mediaType: 'application/ocsp-response', extension: 'der' },
  sct: { mediaType: 'application/octet-stream', extension: 'bin' },
} as const;

export function binaryEvidence(
  title: string,
  kind: keyof typeof binaryTypes,
  bytes: Uint8Array,
): EvidenceItem {
  return { title, ...binaryTypes[kind], bytes };
}
