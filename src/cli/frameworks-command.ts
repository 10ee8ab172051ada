import { didYouMean } from '../config/suggest.ts';
import type { Framework, Requirement } from '../model/index.ts';
import { AssayError } from '../model/index.ts';
import { exitCodes } from './exit-code.ts';
import type { Io } from './io.ts';
import { foldersIn, type Library, loadLibrary } from './library.ts';
import { describeRequirement, wholeTree } from './requirement-text.ts';
import { viewRequirements } from './requirement-view.ts';
import { requireFramework } from './selection.ts';

interface FrameworkOptions {
  readonly controls?: readonly string[];
  readonly json?: boolean;
}

function libraryOf({ controls }: FrameworkOptions, io: Io): Promise<Library> {
  return loadLibrary(foldersIn(io.cwd, controls));
}

/** `assay frameworks list` */
export async function runFrameworksList(options: FrameworkOptions, io: Io): Promise<number> {
  const rows = (await libraryOf(options, io)).frameworks.map((framework) => ({
    id: framework.id,
    title: framework.title,
    version: framework.version,
    assessable: assessable(framework).length,
    leftOut: framework.leftOut ?? [],
    doubts: framework.doubts ?? [],
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

/** `assay frameworks show`: the whole tree, or one requirement with what decides it, what not, what a person adds. */
export async function runFrameworksShow(
  id: string,
  requirementId: string | undefined,
  options: FrameworkOptions,
  io: Io,
): Promise<number> {
  const { controls, frameworks } = await libraryOf(options, io);
  const framework = requireFramework(id, frameworks);
  const wanted = requirementId === undefined ? undefined : requireRequirement(requirementId, framework);
  const all = viewRequirements(
    framework,
    controls.map(({ source }) => source.control),
  );
  const requirements = all.filter((each) => wanted === undefined || each.id === wanted.id);
  if (options.json) io.stdout.write(`${JSON.stringify({ ...framework, requirements }, null, 2)}\n`);
  else if (wanted === undefined) io.stdout.write(wholeTree(framework, requirements));
  else io.stdout.write(requirements.map(describeRequirement).join(''));
  return exitCodes.clean;
}

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
