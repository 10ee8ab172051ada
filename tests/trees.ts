import { readFileSync } from 'node:fs';
import { readTree } from '../src/cli/framework-trees.ts';
import { elementsPath, frameworkPaths } from '../src/cli/package-files.ts';

/** The requirement trees, as their YAML files say now. */
export const trees = await Promise.all(
  (await frameworkPaths()).map((path) => readTree(path, readFileSync(path), readFileSync(elementsPath))),
);
