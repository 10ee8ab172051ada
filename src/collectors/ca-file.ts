import { readFile, stat } from 'node:fs/promises';
import { AssayError } from '../model/index.ts';
import { certificatesFromPem } from '../x509/pem.ts';
import { errnoOf } from './network-error.ts';

/** A file of every public root is under 1 MB. */
const capBytes = 4 * 1024 * 1024;

/** A target's own roots: the file's text, and the DER of each certificate in it. */
export interface CaFile {
  readonly pem: string;
  readonly certificates: readonly Uint8Array[];
}

/** @throws AssayError ERR_CA_FILE for a file that cannot be read, is too large or holds no certificate */
export async function readCaFile(path: string): Promise<CaFile> {
  const pem = await readLimited(path);
  return { pem, certificates: certificatesFromPem(pem) };
}

async function readLimited(path: string): Promise<string> {
  const remedy = `Check the path and the rights of ${path}.`;
  try {
    const { size } = await stat(path);
    if (size <= capBytes) return await readFile(path, 'latin1');
  } catch (cause) {
    const got = errnoOf(cause) ?? 'an error';
    throw new AssayError('ERR_CA_FILE', `expected a readable file of roots at ${path}, got ${got}`, {
      cause,
      remedy,
    });
  }
  throw new AssayError('ERR_CA_FILE', `expected at most ${capBytes} bytes of roots in ${path}, got more`, {
    remedy,
  });
}
