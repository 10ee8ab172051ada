import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { rootCertificates } from 'node:tls';
import { AssayError } from '../../model/index.ts';
import { certificatesFromPem } from '../../x509/pem.ts';
import { type TrustStore, trustStore } from '../../x509/trust-store.ts';

/** A bundle of every public root is under 1 MB. */
const caFileCapBytes = 4 * 1024 * 1024;

let publicRoots: TrustStore | undefined;

/**
 * The roots of a target's own file, else the public ones.
 *
 * @throws AssayError ERR_CA_FILE for a file that cannot be read or holds no certificate
 */
export async function trustRoots(caFile: string | undefined): Promise<TrustStore> {
  if (caFile !== undefined)
    return trustStore(basename(caFile), certificatesFromPem(await readCaFile(caFile)));
  publicRoots ??= trustStore(
    "Mozilla's public roots as Node.js has them",
    certificatesFromPem(rootCertificates.join('\n')),
  );
  return publicRoots;
}

async function readCaFile(path: string): Promise<string> {
  const remedy = `Check the path and the rights of ${path}.`;
  try {
    const { size } = await stat(path);
    if (size <= caFileCapBytes) return await readFile(path, 'latin1');
  } catch (error) {
    throw new AssayError('ERR_CA_FILE', `expected a readable file of roots, got ${codeOf(error)}`, {
      cause: error,
      remedy,
    });
  }
  throw new AssayError('ERR_CA_FILE', `expected at most ${caFileCapBytes} bytes of roots, got more`, {
    remedy,
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'an error';
}
