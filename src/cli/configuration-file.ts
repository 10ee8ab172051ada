import { access } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import type { AssayFile } from '../config/assay-file.ts';
import { type InputFile, readHashedText } from './input-files.ts';
import type { Io } from './io.ts';

/** A configuration file before its names are looked up. */
export interface ConfigurationFile {
  readonly file: AssayFile;
  readonly sha256: string;
  /** Names a path of the file, which is relative to it. */
  readonly locate: (path: string) => InputFile;
}

/**
 * The configuration file in force: `--config`, else `ASSAY_CONFIG`, else `assay.yaml` here if there is one.
 *
 * @throws AssayError ERR_CONFIG and its kin, with file:line:column for what is inside the file.
 */
export async function findConfiguration(
  given: string | undefined,
  io: Io,
): Promise<ConfigurationFile | undefined> {
  const named = given ?? (io.env['ASSAY_CONFIG'] || undefined);
  const path = resolve(io.cwd, named ?? 'assay.yaml');
  if (named === undefined && !(await exists(path))) return undefined;
  const name = named ?? basename(path);
  const { text, sha256 } = await readHashedText(
    { path, name },
    'a configuration file',
    'ERR_CONFIG',
    'Check the path, or leave --config and ASSAY_CONFIG out and name targets on the command line.',
  );
  const { parseAssayFile } = await import('../config/assay-file.ts');
  return {
    file: parseAssayFile(name, text),
    sha256,
    locate: (relative) => ({
      path: resolve(dirname(path), relative),
      name: isAbsolute(relative) ? relative : join(dirname(name), relative),
    }),
  };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
