import type { CommonElements } from '../config/elements-file.ts';
import type { Framework } from '../model/index.ts';
import { elementsPath, frameworkPaths, packagePath, readPackageFile, sha256Hex } from './package-files.ts';

/** A requirement tree as the build left it: valid as long as the YAML files have the same digest. */
export interface CompiledTree {
  readonly sha256: string;
  readonly framework: Framework;
}

/** Path, from the package's root, of the compiled form of a requirement tree. */
function compiledTreePath(path: string): string {
  return path.replace(/^controls\/frameworks\/(.*)\.yaml$/, 'dist/frameworks/$1.json');
}

/**
 * The requirement trees. Parsing their YAML takes longer than a small scan, so the build compiles them; an edited file
 * is parsed again.
 */
export async function loadFrameworks(): Promise<readonly Framework[]> {
  const [paths, elements] = await Promise.all([frameworkPaths(), readPackageFile(elementsPath)]);
  return Promise.all(paths.map((path) => loadFramework(path, elements)));
}

async function loadFramework(path: string, elements: Buffer): Promise<Framework> {
  const text = await readPackageFile(path);
  const compiled = await readCompiled(compiledTreePath(path));
  return compiled?.sha256 === treeDigest(text, elements)
    ? compiled.framework
    : readTree(path, text, elements);
}

/** Of all that a compiled tree was made from. */
export function treeDigest(text: Buffer, elements: Buffer): string {
  return sha256Hex(Buffer.concat([text, elements]));
}

/** Elements that trees of one's own may name too. */
export async function loadElements(): Promise<CommonElements> {
  const { parseElements } = await import('../config/elements-file.ts');
  return parseElements(elementsPath, (await readPackageFile(elementsPath)).toString('utf8'));
}

/** @throws AssayError ERR_YAML or ERR_FRAMEWORK: `file:line:column expected …, got …` */
export async function readTree(path: string, text: Buffer, elements: Buffer): Promise<Framework> {
  const [{ parseElements }, { parseFramework }] = await Promise.all([
    import('../config/elements-file.ts'),
    import('../config/framework-file.ts'),
  ]);
  return parseFramework(path, text.toString('utf8'), parseElements(elementsPath, elements.toString('utf8')));
}

async function readCompiled(path: string): Promise<CompiledTree | undefined> {
  try {
    return JSON.parse((await readPackageFile(path)).toString('utf8')) as CompiledTree;
  } catch {
    // Not built, or half built: the YAML file says the same.
    return undefined;
  }
}

/** Where compiled trees are written, as a path of this machine. */
export function compiledTreeFile(path: string): string {
  return packagePath(compiledTreePath(path));
}
