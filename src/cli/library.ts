import { checkLinks } from '../config/check-links.ts';
import { type LoadedControl, loadControl } from '../config/load-control.ts';
import { facts } from '../facts/index.ts';
import type { FactDefinition, Framework } from '../model/index.ts';
import { loadFrameworks } from './framework-trees.ts';
import { controlPaths, readPackageFile } from './package-files.ts';

/** What assay knows before it looks at anything: facts, controls, requirement trees. */
export interface Library {
  readonly facts: readonly FactDefinition[];
  readonly controls: readonly LoadedControl[];
  readonly frameworks: readonly Framework[];
}

/**
 * Reads and checks the whole library: a mistake in any control is told here, before anything is looked at.
 *
 * @throws AssayError ERR_YAML, ERR_CONTROL with file:line:column.
 */
export async function loadLibrary(): Promise<Library> {
  const [texts, frameworks] = await Promise.all([readControls(), loadFrameworks()]);
  const controls = texts.map(({ path, text }) => loadControl(path, text, facts));
  checkLinks(
    controls.map(({ parsed }) => parsed),
    frameworks,
  );
  return { facts, controls, frameworks };
}

async function readControls(): Promise<readonly { readonly path: string; readonly text: string }[]> {
  const paths = await controlPaths();
  return Promise.all(
    paths.map(async (path) => ({ path, text: (await readPackageFile(path)).toString('utf8') })),
  );
}
