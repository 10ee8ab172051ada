import { decodeUtf8 } from '../config/encoding.ts';
import { readLimited } from '../files/read-limited.ts';
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

/** A text, and the file's own bytes with their digest. */
interface HashedText {
  readonly text: string;
  readonly bytes: Uint8Array;
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
 * @param code of the error where it is not there, no file to read, too large or not UTF-8
 * @throws AssayError
 */
export async function readHashedText(
  { path, name }: InputFile,
  what: string,
  code: string,
  remedy = 'Check the path; paths in a file are relative to it.',
): Promise<HashedText> {
  const read = await readLimited(path, limitBytes);
  if ('got' in read)
    throw new AssayError(code, `expected ${what} at ${name}, got ${read.got}`, { cause: read.cause, remedy });
  const { bytes } = read;
  return { text: decodeUtf8(name, bytes, code), bytes, sha256: sha256Hex(bytes) };
}
