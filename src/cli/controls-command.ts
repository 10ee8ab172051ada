import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { checkLinks } from '../config/check-links.ts';
import { type LoadedControl, loadControl } from '../config/load-control.ts';
import { facts } from '../facts/index.ts';
import { AssayError, type Control } from '../model/index.ts';
import { exitCodes } from './exit-code.ts';
import { loadFrameworks } from './framework-trees.ts';
import type { Io } from './io.ts';
import { loadLibrary } from './library.ts';
import { requireControl, requireFramework } from './selection.ts';

/** `assay controls list`, narrowed to those that are evidence toward one framework. */
export async function runControlsList(
  options: { readonly framework?: string; readonly json?: boolean },
  io: Io,
): Promise<number> {
  const { controls, frameworks } = await loadLibrary();
  const { framework } = options;
  if (framework !== undefined) requireFramework(framework, frameworks);
  const listed = controls
    .map(({ source }) => source.control)
    .filter(({ satisfies }) => framework === undefined || (satisfies[framework] ?? []).length > 0);
  io.stdout.write(options.json ? `${JSON.stringify(listed, null, 2)}\n` : listed.map(line).join(''));
  return exitCodes.clean;
}

function line({ id, severity, title }: Control): string {
  return `${id.padEnd(46)}  ${severity.padEnd(8)}  ${title}\n`;
}

/** `assay controls show`: what one control tests, and what that proves. */
export async function runControlsShow(
  id: string,
  options: { readonly json?: boolean },
  io: Io,
): Promise<number> {
  const { controls } = await loadLibrary();
  const found = requireControl(id, controls);
  const shown = found.map(({ source }) => source.control);
  io.stdout.write(options.json ? `${JSON.stringify(shown, null, 2)}\n` : found.map(describe).join('\n'));
  return exitCodes.clean;
}

function describe({ source: { control, file }, compiled }: LoadedControl): string {
  const rows: readonly (readonly [string, string])[] = [
    ['control', `${control.id} (version ${control.version})`],
    ['title', control.title],
    ['severity', control.severity],
    ['subject', control.subject],
    ['reads', compiled.needs.join(', ')],
    ['expects', control.expect.trim()],
    ...Object.entries(control.params).map(
      ([name, spec]) => [`param ${name}`, `${spec.type}, default ${JSON.stringify(spec.default)}`] as const,
    ),
    ['proves', control.proves],
    ['does not prove', control.doesNotProve],
    ...Object.entries(control.remediation).map(([name, text]) => [`fix (${name})`, text.trim()] as const),
    ...Object.entries(control.satisfies).map(
      ([framework, links]) =>
        [
          framework,
          links
            .map(({ id, strength, element }) => `${id} (${strength}${element ? `: ${element}` : ''})`)
            .join(', '),
        ] as const,
    ),
    ['references', control.references.join('; ')],
    ['file', file],
  ];
  return rows
    .map(([name, text]) => `${name.padEnd(16)}${text.replaceAll('\n', `\n${' '.repeat(16)}`)}\n`)
    .join('');
}

/** `assay controls lint`: the library, or control files and folders of one's own, checked as a scan would check them. */
export async function runControlsLint(paths: readonly string[], io: Io): Promise<number> {
  const loaded = paths.length === 0 ? (await loadLibrary()).controls : await loadFiles(paths, io);
  io.stdout.write(`${loaded.length} ${loaded.length === 1 ? 'control' : 'controls'}, no mistakes\n`);
  return exitCodes.clean;
}

async function loadFiles(paths: readonly string[], io: Io): Promise<readonly LoadedControl[]> {
  const files = (await Promise.all(paths.map((path) => controlFilesAt(path, io)))).flat();
  const frameworks = await loadFrameworks();
  const loaded: LoadedControl[] = [];
  for (const file of files)
    loaded.push(loadControl(file, await readFile(resolve(io.cwd, file), 'utf8'), facts));
  checkLinks(
    loaded.map(({ parsed }) => parsed),
    frameworks,
  );
  return loaded;
}

async function controlFilesAt(path: string, io: Io): Promise<readonly string[]> {
  try {
    if (!(await stat(resolve(io.cwd, path))).isDirectory()) return [path];
    const names = await readdir(resolve(io.cwd, path), { recursive: true });
    const files = names.filter((name) => /\.ya?ml$/.test(name) && !/^frameworks[/\\]/.test(name)).sort();
    if (files.length > 0) return files.map((name) => join(path, name));
  } catch (error) {
    throw notThere(path, error);
  }
  throw notThere(path);
}

function notThere(path: string, cause?: unknown): AssayError {
  return new AssayError('ERR_CONTROL', `expected control files at ${path}, got none`, {
    cause,
    remedy: 'Name a YAML file, or a folder that holds some.',
  });
}
