import { createReadStream } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { decodeUtf8 } from '../config/encoding.ts';
import { AssayError } from '../model/index.ts';
import { sha256Hex } from './package-files.ts';

/** No text that people write for assay is larger; parsers have lower limits of their own. */
const limitBytes = 16_777_216;

/** A file that a configuration or the command line names. */
export interface InputFile {
  /** On this machine. */
  readonly path: string;
  /** As the user would name it. */
  readonly name: string;
}

/** A text, and the digest of the file's bytes. */
interface HashedText {
  readonly text: string;
  readonly sha256: string;
}

/** The text alone. */
export async function readInputText(file: InputFile, what: string, code: string): Promise<string> {
  return (await readHashedText(file, what, code)).text;
}

/**
 * Reads a text, which must be UTF-8.
 *
 * @param what it should be: `a profile`
 * @param code of the error where it is not there, too large or not UTF-8
 * @throws AssayError
 */
export async function readHashedText(
  { path, name }: InputFile,
  what: string,
  code: string,
): Promise<HashedText> {
  const refuse = (got: string, cause?: unknown): AssayError =>
    new AssayError(code, `expected ${what} at ${name}, got ${got}`, {
      cause,
      remedy: 'Check the path; paths in a file are relative to it.',
    });
  try {
    // Read up to one byte over, rather than asked for its size: a pipe or a device has none.
    const bytes = await buffer(createReadStream(path, { end: limitBytes }));
    if (bytes.length > limitBytes) throw refuse(`more than ${limitBytes} bytes`);
    return { text: decodeUtf8(name, bytes, code), sha256: sha256Hex(bytes) };
  } catch (error) {
    if (error instanceof AssayError) throw error;
    throw refuse((error as NodeJS.ErrnoException).code ?? 'an error', error);
  }
}
