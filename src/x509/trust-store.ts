import { createHash } from 'node:crypto';
import { AssayError } from '../model/index.ts';
import { type Certificate, readCertificate } from './certificate.ts';
import { certificateOnDemand } from './certificate-on-demand.ts';

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
  return storeOf(name, roots.map(readRoot));
}

/**
 * The same store of roots that are known to be readable: those that a chain does not need are not taken apart, which
 * for all public ones takes longer than the rest of a small scan.
 */
export function knownTrustStore(name: string, roots: readonly Uint8Array[]): TrustStore {
  return storeOf(name, roots.map(certificateOnDemand));
}

function storeOf(name: string, anchors: readonly Certificate[]): TrustStore {
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
