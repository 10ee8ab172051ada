import { createHash } from 'node:crypto';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { lineLimitBytes } from './limits.ts';
import { sha256 } from './manifest.ts';
import { refusal } from './refusal.ts';

const chunkBytes = 1_048_576;
const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** sha256 of a file of a bundle, 64 hex digits, and its length; read in pieces into a buffer that the caller lends. */
export function hashFile(root: string, path: string, buffer: Uint8Array): { sha256: string; bytes: number } {
  const hash = createHash('sha256');
  let bytes = 0;
  for (const length of pieces(root, path, buffer)) {
    hash.update(buffer.subarray(0, length));
    bytes += length;
  }
  return { sha256: hash.digest('hex'), bytes };
}

/**
 * The text of a file of a bundle, if it is the one whose digest is given.
 *
 * @param digest sha256; undefined for a file that nothing lists
 * @throws AssayError ERR_VERIFY_ALTERED, ERR_VERIFY_MISSING, ERR_VERIFY_FORMAT (too large, not UTF-8)
 */
export function readText(root: string, path: string, digest: string | undefined, limitBytes: number): string {
  const buffer = Buffer.allocUnsafe(65_536);
  const parts: Buffer[] = [];
  let bytes = 0;
  for (const length of pieces(root, path, buffer)) {
    bytes += length;
    if (bytes > limitBytes)
      throw refusal('FORMAT', `expected ${path} of at most ${limitBytes} bytes, got more`);
    parts.push(Buffer.from(buffer.subarray(0, length)));
  }
  const content = Buffer.concat(parts);
  if (digest !== undefined) requireDigest(path, digest, sha256(content));
  return decode(path, content);
}

/**
 * The lines of a file of a bundle, each with its newline. Can be walked again; the digest is compared after the last
 * line.
 *
 * @throws AssayError ERR_VERIFY_ALTERED, ERR_VERIFY_MISSING, ERR_VERIFY_FORMAT
 */
export function* readLines(root: string, path: string, digest: string): Generator<string, void, void> {
  const buffer = Buffer.allocUnsafe(chunkBytes);
  const hash = createHash('sha256');
  let rest: Buffer = Buffer.alloc(0);
  for (const length of pieces(root, path, buffer)) {
    const chunk = buffer.subarray(0, length);
    hash.update(chunk);
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      const line = chunk.subarray(start, end + 1);
      yield decode(path, rest.length === 0 ? line : Buffer.concat([rest, line]));
      rest = Buffer.alloc(0);
      start = end + 1;
    }
    rest = Buffer.concat([rest, chunk.subarray(start)]);
    if (rest.length > lineLimitBytes)
      throw refusal(
        'FORMAT',
        `expected lines of at most ${lineLimitBytes} bytes in ${path}, got a longer one`,
      );
  }
  requireDigest(path, digest, hash.digest('hex'));
  if (rest.length > 0) throw refusal('FORMAT', `expected a newline at the end of ${path}, got none`);
}

/** @throws AssayError ERR_VERIFY_ALTERED */
export function requireDigest(path: string, expected: string, got: string): void {
  if (got !== expected) throw refusal('ALTERED', `expected ${path} with sha256 ${expected}, got ${got}`);
}

/** Reads a file into the buffer again and again; yields how many bytes are in it. */
function* pieces(root: string, path: string, buffer: Uint8Array): Generator<number, void, void> {
  const fd = attempt(path, () => openSync(join(root, path), flags));
  try {
    for (let length = buffer.length; length === buffer.length; ) {
      length = attempt(path, () => readSync(fd, buffer, 0, buffer.length, null));
      yield length;
    }
  } finally {
    closeSync(fd);
  }
}

function attempt(path: string, work: () => number): number {
  try {
    return work();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') throw refusal('MISSING', `expected ${path}, got no such file`, error);
    throw refusal('FORMAT', `expected to read ${path}, got ${code}`, error);
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decode(path: string, content: Uint8Array): string {
  try {
    return decoder.decode(content);
  } catch (error) {
    throw refusal('FORMAT', `expected UTF-8 in ${path}, got other bytes`, error);
  }
}
