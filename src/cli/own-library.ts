import { access, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseFramework } from '../config/framework-file.ts';
import { type LoadedControl, loadControl } from '../config/load-control.ts';
import { parseYaml } from '../config/yaml.ts';
import { facts } from '../facts/index.ts';
import { AssayError, type Framework } from '../model/index.ts';
import { loadElements } from './framework-trees.ts';
import { type InputFile, readInputText } from './input-files.ts';
import { isPackaged, readPackageFile } from './package-files.ts';

/** Controls and frameworks of one's own. */
export interface OwnLibrary {
  readonly controls: readonly LoadedControl[];
  readonly frameworks: readonly Framework[];
}

/**
 * Reads folders laid out as assay's own: `<segment>/<id>.yaml` and `frameworks/<id>.yaml`, below `controls/` if there
 * is such a folder. Every YAML file there counts, so that none is left out for its name; a control or framework
 * anywhere else in the folder is refused.
 *
 * @param known frameworks whose ids are taken
 * @throws AssayError ERR_YAML, ERR_CONTROL, ERR_FRAMEWORK with file:line:column; links are not checked
 */
export async function readOwnLibrary(
  folders: readonly InputFile[],
  known: readonly Framework[],
): Promise<OwnLibrary> {
  const controls: LoadedControl[] = [];
  const trees: OwnFramework[] = [];
  for (const folder of folders) {
    const files = await filesOf(folder);
    for (const file of files.controls) {
      const text = await readInputText(file, 'a control', 'ERR_CONTROL');
      controls.push(loadControl(file.name, text, facts));
    }
    // Those of assay are known, and beside them lie their common elements.
    for (const file of files.frameworks)
      if (!(await isPackaged(file.path))) trees.push(await readFramework(file));
  }
  for (const [index, tree] of trees.entries()) await refuseTaken(tree, trees.slice(0, index), known);
  return { controls, frameworks: trees.map(({ framework }) => framework) };
}

interface OwnFramework {
  readonly framework: Framework;
  readonly name: string;
  /** Where its id stands. */
  readonly place: string;
}

async function readFramework(file: InputFile): Promise<OwnFramework> {
  const text = await readInputText(file, 'a framework', 'ERR_FRAMEWORK');
  const framework = parseFramework(file.name, text, await loadElements());
  const place = placeOfId(file.name, text);
  if (basename(file.name).replace(/\.ya?ml$/i, '') === framework.id)
    return { framework, name: file.name, place };
  throw new AssayError(
    'ERR_FRAMEWORK',
    `${place} expected the id of the file's name, got "${framework.id}"`,
    { remedy: 'correct the id, or rename the file' },
  );
}

async function refuseTaken(
  { framework: { id }, place }: OwnFramework,
  before: readonly OwnFramework[],
  known: readonly Framework[],
): Promise<void> {
  const other = before.find(({ framework }) => framework.id === id);
  const ours = known.some((one) => one.id === id);
  if (other === undefined && !ours) return;
  throw new AssayError(
    'ERR_FRAMEWORK',
    `${place} expected an id of its own, got "${id}" (also at ${other?.place ?? (await placeOfOurs(id))})`,
    { remedy: 'give your framework an id that nothing else has' },
  );
}

async function placeOfOurs(id: string): Promise<string> {
  const path = `controls/frameworks/${id}.yaml`;
  return placeOfId(path, (await readPackageFile(path)).toString('utf8'));
}

function placeOfId(name: string, text: string): string {
  return parseYaml(name, text).at(['id']);
}

interface FolderFiles {
  readonly controls: readonly InputFile[];
  readonly frameworks: readonly InputFile[];
}

async function filesOf(folder: InputFile): Promise<FolderFiles> {
  const nested = await isThere(join(folder.path, 'controls'));
  const names = (await yamlFilesIn(folder)).filter((name) => !/^(?:tests|profiles)\//.test(name));
  const inPlace = nested ? /^(?:controls\/(?!profiles\/)|frameworks\/)/ : /\//;
  const wanted = names.filter((name) => inPlace.test(name));
  for (const name of names.filter((each) => !wanted.includes(each))) await refuseStray(within(folder, name));
  const found = {
    controls: wanted.filter((name) => !isFramework(name)).map((name) => within(folder, name)),
    frameworks: wanted.filter(isFramework).map((name) => within(folder, name)),
  };
  if (found.controls.length + found.frameworks.length > 0) return found;
  throw new AssayError(
    'ERR_CONTROL',
    `expected controls/<segment>/<id>.yaml or frameworks/<id>.yaml in ${folder.name}, got none`,
    { remedy: 'docs/tailoring.md shows the layout.' },
  );
}

/** Configurations, lists of own controls and files of other programs may lie beside the layout. */
async function refuseStray(file: InputFile): Promise<void> {
  const text = await readInputText(file, 'a YAML file', 'ERR_CONTROL');
  const key = /^["']?(?:expect|satisfies|does-not-prove|requirements)["']?[ \t]*:/m.exec(text);
  if (key === null) return;
  const isTree = key[0].includes('requirements');
  const wanted = isTree ? 'frameworks/<id>.yaml' : 'controls/<segment>/<id>.yaml';
  throw new AssayError(
    isTree ? 'ERR_FRAMEWORK' : 'ERR_CONTROL',
    `${file.name}:1:1 expected a ${isTree ? 'framework' : 'control'} in ${wanted}, got one that would not be read`,
    { remedy: 'Move the file, or correct the name of its folder; docs/tailoring.md shows the layout.' },
  );
}

function isFramework(name: string): boolean {
  return /^(?:controls\/)?frameworks\//.test(name);
}

/** A name in capitals is a name too. */
export function isYaml(name: string): boolean {
  return /\.ya?ml$/i.test(name);
}

function within(folder: InputFile, name: string): InputFile {
  return { path: join(folder.path, name), name: join(folder.name, name) };
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** YAML files of a folder and the folders in it, but for bundles, which hold copies, hidden ones and those of npm. */
export async function yamlFilesIn({ path, name }: InputFile): Promise<readonly string[]> {
  try {
    const names = (await readdir(path, { recursive: true })).map((each) => each.replaceAll('\\', '/'));
    const bundles = names.filter((each) => each.endsWith('/bagit.txt')).map((each) => each.slice(0, -9));
    return names
      .filter((each) => !bundles.some((bundle) => each.startsWith(bundle)))
      .filter((each) => isYaml(each) && !/(?:^|\/)(?:node_modules|\.[^/]+)\//.test(each))
      .sort();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'an error';
    throw new AssayError('ERR_CONTROL', `expected a folder with controls at ${name}, got ${code}`, {
      cause: error,
      remedy: 'Check the path; paths in a file are relative to it.',
    });
  }
}
