import { createHash } from 'node:crypto';
import { AssayError } from '../model/index.ts';
import { type Certificate, readCertificate } from './certificate.ts';

/** The roots that chains must lead to. */
export interface TrustStore {
  /** In words, for whoever reads a result: `roots.pem (2 certificates)`. */
  readonly description: string;
  readonly anchors: readonly Certificate[];
  /** Over the sorted digests of the anchors, each on its line; hexadecimal. */
  readonly sha256: string;
}

/**
 * The store of roots that are given as DER.
 *
 * @throws AssayError ERR_CA_FILE where one of the roots cannot be read: without it a result could be another
 */
export function trustStore(name: string, roots: readonly Uint8Array[]): TrustStore {
  const anchors = roots.map(readRoot);
  const lines = anchors.map(({ sha256 }) => `${sha256}\n`).sort();
  return {
    description: `${name} (${anchors.length} ${anchors.length === 1 ? 'certificate' : 'certificates'})`,
    anchors,
    sha256: createHash('sha256').update(lines.join('')).digest('hex'),
  };
}

function readRoot(der: Uint8Array, index: number): Certificate {
  try {
    return readCertificate(der);
  } catch (cause) {
    if (!(cause instanceof AssayError)) throw cause;
    throw new AssayError('ERR_CA_FILE', `${cause.message}, in certificate ${index + 1} of the roots`, {
      cause,
      remedy: 'Take the certificate out of the file of roots, or export it again.',
    });
  }
}
