import { basename, resolve } from 'node:path';
import { checkLinks } from '../config/check-links.ts';
import { type LoadedControl, loadParsed } from '../config/load-control.ts';
import { facts } from '../facts/index.ts';
import type { FactDefinition, Framework } from '../model/index.ts';
import type { Shipped } from '../verify/shipped.ts';
import { compiledControlReader } from './compiled-controls.ts';
import { loadFrameworks } from './framework-trees.ts';
import type { InputFile } from './input-files.ts';
import { controlPaths, packageVersion, readPackageText } from './package-files.ts';

/** What assay knows before it looks at anything: facts, controls, requirement trees. */
export interface Library {
  readonly facts: readonly FactDefinition[];
  readonly controls: readonly LoadedControl[];
  readonly frameworks: readonly Framework[];
}

/**
 * Reads and checks the whole library: a mistake in any control is told here, before anything is looked at.
 *
 * @param folders with controls and frameworks of one's own, which join those of assay
 * @throws AssayError ERR_YAML, ERR_CONTROL, ERR_FRAMEWORK with file:line:column.
 */
export async function loadLibrary(folders: readonly InputFile[] = []): Promise<Library> {
  const [shipped, ours] = await Promise.all([loadShipped(), loadFrameworks()]);
  const own =
    folders.length === 0
      ? { controls: [], frameworks: [] }
      : await (await import('./own-library.ts')).readOwnLibrary(folders, ours);
  const frameworks = [...ours, ...own.frameworks];
  const controls = [...shipped, ...own.controls];
  checkLinks(
    controls.map(({ parsed }) => parsed),
    frameworks,
  );
  return { facts, controls, frameworks };
}

/** The controls of assay. Their files are named from the package's root. */
export async function loadShipped(): Promise<readonly LoadedControl[]> {
  const [files, parse] = await Promise.all([readControls(), compiledControlReader()]);
  return files.map(({ path, text }) => loadParsed(path, text, parse(path, text), facts));
}

/** The same as it comes with this assay, to compare others with: texts, not compiled. */
export async function readShipped(): Promise<Shipped> {
  const [texts, frameworks] = await Promise.all([readControls(), loadFrameworks()]);
  const controls = texts.map(({ path, text }) => ({ id: basename(path, '.yaml'), text }));
  return { version: packageVersion(), controls, facts, frameworks };
}

/** The texts of assay's own control files, by path from the package's root. */
export async function readControls(): Promise<readonly { readonly path: string; readonly text: string }[]> {
  const paths = await controlPaths();
  return paths.map((path) => ({ path, text: readPackageText(path) }));
}

/** Folders as the command line names them. */
export function foldersIn(cwd: string, names: readonly string[] = []): readonly InputFile[] {
  return names.map((name) => ({ path: resolve(cwd, name), name }));
}
