import { createHash } from 'node:crypto';
import { chmod, type FileHandle, mkdir, open } from 'node:fs/promises';
import { AssayError } from '../model/index.ts';

/** A file that is on disk. */
export interface Written {
  readonly sha256: string;
  readonly bytes: number;
}

const bufferCharacters = 1_048_576;

/** Makes a folder, unless there is one, that only its owner can enter, whatever the umask. */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
    await chmod(path, 0o700);
  } catch (error) {
    if (!isSystemError(error) || error.code !== 'EEXIST') throw error;
  }
}

/** Writes a new file that only its owner can read, whatever the umask, and waits until the disk has it. */
export async function writeDurably(path: string, content: string | Uint8Array): Promise<Written> {
  const chunk = typeof content === 'string' ? Buffer.from(content) : content;
  return writeChunks(path, [chunk]);
}

/** A disk takes several files at a time for little more than one. */
const filesAtOnce = 8;

/**
 * Writes new files as `writeDurably` does.
 *
 * @returns what each came to, in their order
 * @throws what went wrong first, once no other is still being written
 */
export async function writeAllDurably(
  files: readonly { readonly path: string; readonly content: string | Uint8Array }[],
): Promise<readonly Written[]> {
  const written: Written[] = [];
  let next = 0;
  const failures: unknown[] = [];
  const work = async (): Promise<void> => {
    for (let at = next; at < files.length && failures.length === 0; at = next) {
      next += 1;
      const { path, content } = files[at] as (typeof files)[number];
      await writeDurably(path, content).then(
        (one) => {
          written[at] = one;
        },
        (error: unknown) => {
          failures.push(error);
        },
      );
    }
  };
  await Promise.all(Array.from({ length: filesAtOnce }, work));
  if (failures.length > 0) throw failures[0];
  return written;
}

/** As `writeDurably`, for a file too large for memory. */
export async function writeLines(path: string, lines: AsyncIterable<string>): Promise<Written> {
  return writeChunks(path, chunksOf(lines));
}

/** Waits until the disk has a file that was written before. */
export async function settleFile(path: string): Promise<Written> {
  const handle = await open(path, 'r');
  try {
    const written = await digested(handle.createReadStream({ autoClose: false }), async () => {});
    await handle.sync();
    return written;
  } finally {
    await handle.close();
  }
}

/** Waits until the disk has a folder's entries. */
export async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } catch (error) {
    // Some network file systems cannot sync a folder; there is nothing more to be done there.
    if (!isSystemError(error) || !['EINVAL', 'ENOTSUP'].includes(error.code ?? '')) throw error;
  } finally {
    await handle.close();
  }
}

/**
 * What went wrong in the file system, as the user is told it; any other error as it is.
 *
 * @param out what was being written
 */
export function outputError(error: unknown, out: string): unknown {
  if (!isSystemError(error)) return error;
  const code = error.code ?? 'EIO';
  return new AssayError('ERR_OUTPUT', `expected to write ${out}, got ${code}`, {
    remedy: remedies[code] ?? 'Write to another folder with --out.',
    cause: error,
  });
}

const full = 'Make room on the disk, or write to another one with --out.';
const denied = 'Write to a folder that you own, with --out.';
const absent = 'Create the folder that is to hold the bundle, or name another one with --out.';
const remedies: Readonly<Record<string, string>> = {
  ENOSPC: full,
  EDQUOT: full,
  EFBIG: 'Raise the limit on file sizes (ulimit -f), or write to another file system with --out.',
  EACCES: denied,
  EPERM: denied,
  EROFS: denied,
  ENOENT: absent,
  ENOTDIR: absent,
};

export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}

async function* chunksOf(lines: AsyncIterable<string>): AsyncIterable<Uint8Array> {
  let pending = '';
  for await (const line of lines) {
    pending += line;
    if (pending.length < bufferCharacters) continue;
    yield Buffer.from(pending);
    pending = '';
  }
  yield Buffer.from(pending);
}

type Chunks = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

async function writeChunks(path: string, chunks: Chunks): Promise<Written> {
  const handle: FileHandle = await open(path, 'wx', 0o600);
  try {
    await handle.chmod(0o600);
    const written = await digested(chunks, (chunk) => handle.writeFile(chunk));
    await handle.sync();
    return written;
  } finally {
    await handle.close();
  }
}

/** Hands each chunk to `use` and tells what they were together. */
async function digested(chunks: Chunks, use: (chunk: Uint8Array) => Promise<void>): Promise<Written> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of chunks) {
    await use(chunk);
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { sha256: hash.digest('hex'), bytes };
}
