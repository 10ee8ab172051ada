import { access, readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { type AssayConfig, resolvePaths } from '../config/assay-config.ts';
import { parseAssayFile } from '../config/assay-file.ts';
import { checkNames } from '../config/check-names.ts';
import { AssayError } from '../model/index.ts';
import type { Io } from './io.ts';
import type { Library } from './library.ts';
import { sha256Hex } from './package-files.ts';

export interface Configuration {
  readonly config: AssayConfig;
  readonly sha256: string;
}

/**
 * The configuration file in force: `--config`, else `ASSAY_CONFIG`, else `assay.yaml` here if there is one.
 *
 * @throws AssayError ERR_CONFIG and its kin, with file:line:column for what is inside the file.
 */
export async function readConfiguration(
  given: string | undefined,
  io: Io,
  library: Library,
): Promise<Configuration | undefined> {
  const named = given ?? (io.env['ASSAY_CONFIG'] || undefined);
  const path = resolve(io.cwd, named ?? 'assay.yaml');
  if (named === undefined && !(await exists(path))) return undefined;
  const text = await readText(path, named ?? basename(path));
  const file = parseAssayFile(named ?? basename(path), text);
  checkNames(
    file,
    library.controls.map(({ source }) => source.control),
    library.frameworks,
  );
  const config = resolvePaths(file.config, (relative) => resolve(dirname(path), relative));
  return { config, sha256: sha256Hex(text) };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function readText(path: string, name: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'an error';
    throw new AssayError('ERR_CONFIG', `expected a configuration file at ${name}, got ${code}`, {
      cause: error,
      remedy: 'Check the path, or leave --config and ASSAY_CONFIG out and name targets on the command line.',
    });
  }
}
