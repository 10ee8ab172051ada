import { parseFramework } from '../config/framework-file.ts';
import type { Framework } from '../model/index.ts';
import { frameworkPaths, packagePath, readPackageFile, sha256Hex } from './package-files.ts';

/** A requirement tree as the build left it: valid as long as its YAML file has the same digest. */
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
  const paths = await frameworkPaths();
  return Promise.all(paths.map(loadFramework));
}

async function loadFramework(path: string): Promise<Framework> {
  const text = await readPackageFile(path);
  const compiled = await readCompiled(compiledTreePath(path));
  if (compiled?.sha256 === sha256Hex(text)) return compiled.framework;
  return parseFramework(path, text.toString('utf8'));
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
