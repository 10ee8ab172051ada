import { type Dirent, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { foldersOf } from './layout.ts';
import { printable, refusal } from './refusal.ts';

/**
 * Compares a folder with what it should hold: regular files at exactly these paths, and no folder beside those on the
 * way to them. Walks into no other folder and never through a link.
 *
 * @throws AssayError ERR_VERIFY_EXTRA, ERR_VERIFY_FORMAT (not a regular file), ERR_VERIFY_MISSING
 */
export function requireExactly(root: string, expected: ReadonlySet<string>): void {
  const found = new Set<string>();
  for (const path of filesIn(root, '', foldersOf(expected))) {
    if (!expected.has(path)) throw extra('file', path);
    found.add(path);
  }
  for (const path of expected)
    if (!found.has(path)) throw refusal('MISSING', `expected ${path}, got no such file`);
}

function* filesIn(root: string, folder: string, folders: ReadonlySet<string>): Generator<string, void, void> {
  for (const entry of entriesOf(root, folder)) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    requireOrdinary(entry, path);
    if (entry.isFile()) yield path;
    else if (folders.has(path)) yield* filesIn(root, path, folders);
    else throw extra('folder', path);
  }
}

function entriesOf(root: string, folder: string): readonly Dirent[] {
  try {
    return readdirSync(join(root, folder), { withFileTypes: true });
  } catch (error) {
    throw refusal('FORMAT', `expected to read the folder ${folder}, got ${String(error)}`, error);
  }
}

function requireOrdinary(entry: Dirent, path: string): void {
  if (entry.isFile() || entry.isDirectory()) return;
  const what = entry.isSymbolicLink() ? 'a symbolic link' : 'a special file';
  throw refusal('FORMAT', `expected files and folders only, got ${what}: ${printable(path)}`);
}

function extra(what: string, path: string): Error {
  return refusal('EXTRA', `expected only what the manifests list, got another ${what}: ${printable(path)}`);
}
