import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseFramework } from '../config/framework-file.ts';
import { type CompiledTree, compiledTreeFile } from './framework-trees.ts';
import { frameworkPaths, readPackageFile, sha256Hex } from './package-files.ts';

for (const path of await frameworkPaths()) {
  const text = await readPackageFile(path);
  const tree: CompiledTree = {
    sha256: sha256Hex(text),
    framework: parseFramework(path, text.toString('utf8')),
  };
  const file = compiledTreeFile(path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify(tree));
}
