import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { checkLinks } from '../config/check-links.ts';
import { type LoadedControl, loadControl } from '../config/load-control.ts';
import { facts } from '../facts/index.ts';
import { AssayError, type Framework } from '../model/index.ts';
import { loadFrameworks } from './framework-trees.ts';
import { type InputFile, readInputText } from './input-files.ts';
import type { Io } from './io.ts';
import { loadShipped } from './library.ts';
import { type OwnLibrary, readOwnLibrary, yamlFilesIn } from './own-library.ts';
import { isPackaged } from './package-files.ts';

/**
 * Controls and frameworks at the paths that a command line names, checked as a scan would check them, so beside those
 * of assay: control files, folders of control files, and folders laid out as assay's own.
 *
 * @throws AssayError ERR_YAML, ERR_CONTROL, ERR_FRAMEWORK with file:line:column
 */
export async function loadNamed(paths: readonly string[], io: Io): Promise<OwnLibrary> {
  const ours = await loadFrameworks();
  const controls: LoadedControl[] = [];
  const frameworks: Framework[] = [];
  for (const name of paths) {
    const own = await loadAt({ name, path: resolve(io.cwd, name) }, [...ours, ...frameworks]);
    controls.push(...own.controls);
    frameworks.push(...own.frameworks);
  }
  checkLinks(
    [...(await othersOfOurs(controls, io)), ...controls].map(({ parsed }) => parsed),
    [...ours, ...frameworks],
  );
  return { controls, frameworks };
}

/** The controls of assay, but for those that were named themselves. */
async function othersOfOurs(named: readonly LoadedControl[], io: Io): Promise<readonly LoadedControl[]> {
  const ids = new Set<string>();
  for (const { source } of named)
    if (await isPackaged(resolve(io.cwd, source.file))) ids.add(source.control.id);
  return (await loadShipped()).filter(({ source }) => !ids.has(source.control.id));
}

async function loadAt(named: InputFile, known: readonly Framework[]): Promise<OwnLibrary> {
  const files = await controlFilesIn(named);
  if (files === undefined) return readOwnLibrary([named], known);
  const controls: LoadedControl[] = [];
  for (const file of files)
    controls.push(loadControl(file.name, await readInputText(file, 'a control', 'ERR_CONTROL'), facts));
  return { controls, frameworks: [] };
}

/** The file itself, or the files of one segment's folder; undefined for a folder of folders. */
async function controlFilesIn(named: InputFile): Promise<readonly InputFile[] | undefined> {
  try {
    if (!(await stat(named.path)).isDirectory()) return [named];
  } catch (error) {
    throw new AssayError('ERR_CONTROL', `expected control files at ${named.name}, got none`, {
      cause: error,
      remedy: 'Name a YAML file, or a folder that holds some.',
    });
  }
  const names = await yamlFilesIn(named);
  if (names.length === 0 || names.some((name) => name.includes('/'))) return undefined;
  return names.map((name) => ({ name: join(named.name, name), path: join(named.path, name) }));
}
