import type { LoadedControl } from '../config/load-control.ts';
import { boundsWords } from '../config/param-bounds.ts';
import type { Control, ParamSpec } from '../model/index.ts';
import { counted } from '../report/words.ts';
import { exitCodes } from './exit-code.ts';
import type { Io } from './io.ts';
import { foldersIn, loadLibrary } from './library.ts';
import { loadNamed } from './named-controls.ts';
import { requireControl, requireFramework } from './selection.ts';

/** `assay controls list`, narrowed to those that are evidence toward one framework. */
export async function runControlsList(
  options: { readonly framework?: string; readonly controls?: readonly string[]; readonly json?: boolean },
  io: Io,
): Promise<number> {
  const { controls, frameworks } = await loadLibrary(foldersIn(io.cwd, options.controls));
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
  options: { readonly controls?: readonly string[]; readonly json?: boolean },
  io: Io,
): Promise<number> {
  const { controls } = await loadLibrary(foldersIn(io.cwd, options.controls));
  const found = requireControl(id, controls);
  const shown = found.map(({ source }) => source.control);
  io.stdout.write(options.json ? `${JSON.stringify(shown, null, 2)}\n` : found.map(describe).join('\n'));
  return exitCodes.clean;
}

function paramWords(spec: ParamSpec): string {
  const words = `${spec.type}, default ${JSON.stringify(spec.default)}`;
  const bounds = boundsWords(spec, 'whole');
  return bounds === '' ? words : `${words}, ${bounds}`;
}

function describe({ source: { control, file }, compiled }: LoadedControl): string {
  const rows: readonly (readonly [string, string])[] = [
    ['control', `${control.id} (version ${control.version})`],
    ['title', control.title],
    ['severity', control.severity],
    ['subject', control.subject],
    ...(control.probe === undefined ? [] : [['asked for by', `--probe ${control.probe}`] as const]),
    ['reads', compiled.needs.join(', ')],
    ['expects', control.expect.trim()],
    ...Object.entries(control.params).map(([name, spec]) => [`param ${name}`, paramWords(spec)] as const),
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
  const { controls, frameworks } = paths.length === 0 ? await loadLibrary() : await loadNamed(paths, io);
  const counts = [
    counted(controls.length, 'control'),
    ...(paths.length > 0 && frameworks.length > 0 ? [counted(frameworks.length, 'framework')] : []),
  ];
  io.stdout.write(`${counts.join(', ')}, no mistakes\n`);
  return exitCodes.clean;
}
