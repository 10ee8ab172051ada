import { appendFile, chmod, lstat, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { AssayError, type CollectedRecord } from '../model/index.ts';
import { isSystemError, makeFolder, outputError, syncFolder, writeDurably } from './disk.ts';
import { stableLine } from './json.ts';
import { paths, spoolFolder } from './layout.ts';
import { type BundleInputs, type Packed, pack } from './pack.ts';
import { spoolRecord } from './spool.ts';

/** A bundle that has been written whole. */
export interface SealedBundle extends Packed {
  readonly folder: string;
}

/** A bundle on its way. Once a method has thrown, nothing of it is left on disk. */
export interface BundleWriter {
  /** Writes one subject's record and evidence away; each subject once, several at a time if wished. */
  spool(record: CollectedRecord): Promise<void>;
  /** Adds a line to `data/log/run.jsonl`; one call at a time. */
  appendLog(entry: object): Promise<void>;
  /** Judges, numbers, seals, and gives the folder its name as the very last step. */
  seal(inputs: BundleInputs): Promise<SealedBundle>;
  /** Gives up: removes what was written. */
  discard(): Promise<void>;
}

/**
 * Starts a bundle in `<out>.partial` (0700), beside where it will be.
 *
 * @param out the bundle's folder, which must not exist; its parent must
 * @throws AssayError ERR_OUTPUT_EXISTS, ERR_OUTPUT
 */
export async function openBundle(out: string): Promise<BundleWriter> {
  const folder = resolve(out);
  const partial = `${folder}.partial`;
  await claim(folder, partial, out);
  const discard = (): Promise<void> => rm(partial, { recursive: true, force: true, maxRetries: 3 });
  const orDiscard = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      // What went wrong first is what the user has to know.
      await discard().catch(() => undefined);
      throw outputError(error, out);
    }
  };
  await orDiscard(() => prepare(partial));
  const subjectIds = new Set<string>();
  const spool = async (record: CollectedRecord): Promise<void> => {
    const { id } = record.subject;
    if (subjectIds.has(id)) throw new TypeError(`expected one record of ${id}, got two`);
    subjectIds.add(id);
    await spoolRecord(partial, record);
  };
  const seal = async (inputs: BundleInputs): Promise<SealedBundle> => {
    const packed = await pack(partial, [...subjectIds].sort(), inputs);
    await requireAbsent(folder, out);
    await rename(partial, folder);
    await syncFolder(dirname(folder));
    return { folder, ...packed };
  };
  return {
    spool: (record) => orDiscard(() => spool(record)),
    appendLog: (entry) => orDiscard(() => appendFile(join(partial, paths.log), stableLine(entry))),
    seal: (inputs) => orDiscard(() => seal(inputs)),
    discard,
  };
}

async function claim(folder: string, partial: string, out: string): Promise<void> {
  try {
    await requireAbsent(folder, out);
    await mkdir(partial, { mode: 0o700 });
  } catch (error) {
    if (isSystemError(error) && error.code === 'EEXIST') throw exists(`${out}.partial`, error);
    throw outputError(error, out);
  }
}

async function requireAbsent(folder: string, out: string): Promise<void> {
  try {
    await lstat(folder);
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return;
    throw error;
  }
  throw exists(out);
}

function exists(what: string, cause?: unknown): AssayError {
  return new AssayError('ERR_OUTPUT_EXISTS', `expected nothing at ${what}, got something that exists`, {
    remedy: what.endsWith('.partial')
      ? 'Another scan is writing there, or one was killed: if none runs, remove the folder.'
      : 'Name another folder with --out; bundles are never overwritten.',
    cause,
  });
}

async function prepare(partial: string): Promise<void> {
  await chmod(partial, 0o700);
  for (const path of [spoolFolder, 'data', dirname(paths.log)]) await makeFolder(join(partial, path));
  await writeDurably(join(partial, paths.log), '');
}
