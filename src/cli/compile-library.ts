import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { loadControl } from '../config/load-control.ts';
import { facts } from '../facts/index.ts';
import { compiledControls, compiledControlsFile } from './compiled-controls.ts';
import { type CompiledTree, compiledTreeFile, readTree, treeDigest } from './framework-trees.ts';
import { readControls } from './library.ts';
import { elementsPath, frameworkPaths, readPackageFile } from './package-files.ts';

const elements = await readPackageFile(elementsPath);
for (const path of await frameworkPaths()) {
  const text = await readPackageFile(path);
  const tree: CompiledTree = {
    sha256: treeDigest(text, elements),
    framework: await readTree(path, text, elements),
  };
  const file = compiledTreeFile(path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify(tree));
}
const controls = (await readControls()).map(({ path, text }) => loadControl(path, text, facts));
await writeFile(compiledControlsFile, compiledControls(controls));
