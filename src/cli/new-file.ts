import { access, mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isSystemError, outputError } from '../bundle/disk.ts';
import { AssayError } from '../model/index.ts';
import type { InputFile } from './input-files.ts';

/** @throws AssayError ERR_OUTPUT_EXISTS where there is something already */
export async function requireNothingAt({ path, name }: InputFile): Promise<void> {
  const exists = await access(path).then(
    () => true,
    () => false,
  );
  if (exists) throw somethingThere(name);
}

/**
 * Writes a file that is not there yet, with the folders around it.
 *
 * @throws AssayError ERR_OUTPUT_EXISTS, ERR_OUTPUT
 */
export async function writeNewFile({ path, name }: InputFile, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, { flag: 'wx' });
  } catch (error) {
    throw isSystemError(error) && error.code === 'EEXIST' ? somethingThere(name) : outputError(error, name);
  }
}

function somethingThere(name: string): AssayError {
  return new AssayError('ERR_OUTPUT_EXISTS', `expected nothing at ${name}, got something that exists`, {
    remedy: 'Nothing is ever overwritten: choose another --out, or move what is there.',
  });
}
