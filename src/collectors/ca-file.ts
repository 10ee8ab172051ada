import { readLimited } from '../files/read-limited.ts';
import { AssayError } from '../model/index.ts';
import { certificatesFromPem } from '../x509/pem.ts';

/** A file of every public root is under 1 MB. */
const capBytes = 4 * 1024 * 1024;

/** A target's own roots: the file's text, and the DER of each certificate in it. */
export interface CaFile {
  readonly pem: string;
  readonly certificates: readonly Uint8Array[];
}

/** @throws AssayError ERR_CA_FILE for a file that cannot be read, is too large or holds no certificate */
export async function readCaFile(path: string): Promise<CaFile> {
  const pem = await readRoots(path);
  return { pem, certificates: certificatesFromPem(pem) };
}

async function readRoots(path: string): Promise<string> {
  const read = await readLimited(path, capBytes);
  if ('bytes' in read) return read.bytes.toString('latin1');
  throw new AssayError('ERR_CA_FILE', `expected a readable file of roots at ${path}, got ${read.got}`, {
    cause: read.cause,
    remedy: `Check the path and the rights of ${path}.`,
  });
}
