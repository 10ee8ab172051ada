import { basename } from 'node:path';
import { rootCertificates } from 'node:tls';
import type { Roots } from '../../tls/chain-shape.ts';
import { certificatesFromPem } from '../../x509/pem.ts';
import { knownTrustStore, type TrustStore, trustStore } from '../../x509/trust-store.ts';
import { readCaFile } from '../ca-file.ts';

let publicStore: TrustStore | undefined;

/**
 * The roots of a target's own file, else the public ones.
 *
 * @throws AssayError ERR_CA_FILE for a file that cannot be read or holds no certificate
 */
export async function trustRoots(caFile: string | undefined): Promise<TrustStore> {
  if (caFile !== undefined) return trustStore(basename(caFile), (await readCaFile(caFile)).certificates);
  publicStore ??= knownTrustStore(
    "Mozilla's public roots as Node.js has them",
    certificatesFromPem(rootCertificates.join('\n')),
  );
  return publicStore;
}

/** Those roots, and the public ones beside them. */
export async function rootsFor(caFile: string | undefined): Promise<Roots> {
  return { trusted: await trustRoots(caFile), public: await trustRoots(undefined) };
}
