import { createHash } from 'node:crypto';
import type { ControlSource } from '../model/index.ts';
import { controlPath, paths } from './layout.ts';
import { fileName } from './names.ts';
import { printable, refusal } from './refusal.ts';

export function sha256(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** sha256 by path, of texts by path. */
export function digestsOf(texts: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  return new Map(Object.entries(texts).map(([path, text]) => [path, sha256(text)]));
}

/** Manifest text (RFC 8493, 2.1.3) that `sha256sum -c` reads too: `<hex>  <path>`, ordered as by `LC_ALL=C sort`. */
export function formatManifest(digests: ReadonlyMap<string, string>): string {
  // Paths are ASCII, so code units order as bytes do.
  const ordered = [...digests.keys()].sort();
  return ordered.map((path) => `${digests.get(path)}  ${path}\n`).join('');
}

/**
 * Reads a manifest that `formatManifest` wrote: sha256 by path, in the order of the file.
 *
 * @param accepts true for the paths that may be listed
 * @throws AssayError ERR_VERIFY_FORMAT
 */
export function parseManifest(
  text: string,
  file: string,
  accepts: (path: string) => boolean,
): ReadonlyMap<string, string> {
  const digests = new Map<string, string>();
  let previous = '';
  for (const line of text.split('\n').slice(0, -1)) {
    const [, digest, path] = /^([0-9a-f]{64}) {2}(.+)$/.exec(line) ?? [];
    if (digest === undefined || path === undefined)
      throw refusal('FORMAT', `expected "<sha256>  <path>" in ${file}, got ${printable(line)}`);
    if (!accepts(path))
      throw refusal('FORMAT', `expected paths of the bundle's layout in ${file}, got ${printable(path)}`);
    if (path <= previous)
      throw refusal(
        'FORMAT',
        `expected ${file} in order without repeats, got ${printable(path)} again or late`,
      );
    digests.set(path, digest);
    previous = path;
  }
  if (text !== '' && !text.endsWith('\n'))
    throw refusal('FORMAT', `expected a newline at the end of ${file}, got none`);
  return digests;
}

/**
 * Digest of a set of controls, 64 hex digits: the sha256 of their lines in `manifest-sha256.txt`, so that
 * `grep ' data/controls/' manifest-sha256.txt | sha256sum` gives it too.
 */
export function controlSetSha256(
  controls: readonly { readonly control: Pick<ControlSource['control'], 'id'>; readonly text: string }[],
): string {
  const texts = controls.map(({ control, text }) => [controlPath(fileName(control.id)), text]);
  return sha256(formatManifest(digestsOf(Object.fromEntries(texts))));
}

/** The same digest, from a manifest. */
export function controlSetOf(manifest: ReadonlyMap<string, string>): string {
  return sha256(
    formatManifest(new Map([...manifest].filter(([path]) => path.startsWith(`${paths.controls}/`)))),
  );
}
