import { didYouMean } from '../config/suggest.ts';
import type { Framework, Requirement } from '../model/index.ts';
import { AssayError } from '../model/index.ts';
import { exitCodes } from './exit-code.ts';
import { loadFrameworks } from './framework-trees.ts';
import type { Io } from './io.ts';
import { loadLibrary } from './library.ts';
import { requireFramework } from './selection.ts';

/** `assay frameworks list` */
export async function runFrameworksList(options: { readonly json?: boolean }, io: Io): Promise<number> {
  const rows = (await loadFrameworks()).map((framework) => ({
    id: framework.id,
    title: framework.title,
    version: framework.version,
    assessable: assessable(framework).length,
  }));
  const text = rows.map(
    ({ id, title, version, assessable: count }) =>
      `${id.padEnd(15)}  ${String(count).padStart(4)} assessable  ${title}, ${version}\n`,
  );
  io.stdout.write(options.json ? `${JSON.stringify(rows, null, 2)}\n` : text.join(''));
  return exitCodes.clean;
}

function assessable({ requirements }: Framework): readonly Requirement[] {
  return requirements.filter(({ testability }) => testability !== 'rollup');
}

/** `assay frameworks show`: the whole tree, or one requirement with the controls that are evidence toward it. */
export async function runFrameworksShow(
  id: string,
  requirementId: string | undefined,
  options: { readonly json?: boolean },
  io: Io,
): Promise<number> {
  const { controls, frameworks } = await loadLibrary();
  const framework = requireFramework(id, frameworks);
  const links = new Map<string, string[]>();
  for (const { source } of controls) {
    for (const { id: linked, strength } of source.control.satisfies[id] ?? []) {
      links.set(linked, [...(links.get(linked) ?? []), `${source.control.id} (${strength})`]);
    }
  }
  const requirements =
    requirementId === undefined ? framework.requirements : [requireRequirement(requirementId, framework)];
  const rows = requirements.map((requirement) => ({
    ...requirement,
    controls: links.get(requirement.id) ?? [],
  }));
  if (options.json) io.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
  else io.stdout.write(requirementId === undefined ? tree(rows) : rows.map(detail).join(''));
  return exitCodes.clean;
}

type Row = Requirement & { readonly controls: readonly string[] };

function requireRequirement(id: string, framework: Framework): Requirement {
  const found = framework.requirements.find((requirement) => requirement.id === id);
  if (found) return found;
  const ids = framework.requirements.map((requirement) => requirement.id);
  throw new AssayError(
    'ERR_UNKNOWN_REQUIREMENT',
    `expected a requirement of ${framework.id}, got "${id}"${didYouMean(id, ids)}`,
    { remedy: `\`assay frameworks show ${framework.id}\` lists them all.` },
  );
}

function tree(rows: readonly Row[]): string {
  const depths = new Map<string, number>();
  return rows
    .map(({ id, parent, title, testability, controls }) => {
      const depth = parent === null ? 0 : (depths.get(parent) ?? 0) + 1;
      depths.set(id, depth);
      const tested = controls.length > 0 ? `  [${controls.length} controls]` : '';
      const by = testability === 'rollup' ? '' : `  (${testability})`;
      return `${'  '.repeat(depth)}${id}  ${title}${by}${tested}\n`;
    })
    .join('');
}

function detail({ id, title, section, kind, testability, citation, evidence, controls }: Row): string {
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['requirement', id],
    ['title', title],
    ['section', section],
    ['kind', kind],
    ['testability', testability],
    ['citation', citation],
    ['a person adds', evidence],
    ['controls', controls.length > 0 ? controls.join('\n') : 'none yet'],
  ];
  return rows
    .filter(([, text]) => text !== undefined)
    .map(([name, text]) => `${name.padEnd(16)}${text?.replaceAll('\n', `\n${' '.repeat(16)}`)}\n`)
    .join('');
}
