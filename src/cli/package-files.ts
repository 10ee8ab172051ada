import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readdir, readFile, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = new URL('../../', import.meta.url);
const rootPath = fileURLToPath(root);

/** A file of the package, by its path from the package's root. */
export async function readPackageFile(path: string): Promise<Buffer> {
  return readFile(packagePath(path));
}

/** A small one as text; synchronous, because the library is hundreds of them, and waiting for each takes longer. */
export function readPackageText(path: string): string {
  return readFileSync(packagePath(path), 'utf8');
}

export function packagePath(path: string): string {
  return join(rootPath, path);
}

/** Paths of the YAML files below `controls/` that are controls, from the package's root, in order. */
export async function controlPaths(): Promise<readonly string[]> {
  const names = await readdir(new URL('controls/', root), { recursive: true });
  return names
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => /^(?!(?:frameworks|profiles)\/)[^/]+\/[^/]+\.yaml$/.test(name))
    .sort()
    .map((name) => `controls/${name}`);
}

/** Titles and kinds of elements that every requirement tree may name. */
export const elementsPath = 'controls/frameworks/elements.yaml';

/** Whether a file of this machine is one of the package's `controls/`, however it was named. */
export async function isPackaged(path: string): Promise<boolean> {
  const real = (each: string): Promise<string> => realpath(each).catch(() => each);
  return (await real(path)).startsWith((await real(packagePath('controls'))) + sep);
}

export async function frameworkPaths(): Promise<readonly string[]> {
  const names = await readdir(new URL('controls/frameworks/', root));
  return names
    .filter((name) => name.endsWith('.yaml') && !elementsPath.endsWith(`/${name}`))
    .sort()
    .map((name) => `controls/frameworks/${name}`);
}

/** Of the profiles that come with assay: `controls/profiles/<id>.yaml` from the package's root, in order. */
export async function profileIds(): Promise<readonly string[]> {
  const names = await readdir(new URL('controls/profiles/', root));
  return names.flatMap((name) => (name.endsWith('.yaml') ? [name.slice(0, -5)] : [])).sort();
}

/** Synchronous, because `--version` must not wait for anything. */
export function packageVersion(): string {
  const text = readFileSync(new URL('package.json', root), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

export function sha256Hex(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
