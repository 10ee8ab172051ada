import { access, readdir } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { type CaseFile, parseCases } from '../config/case-file.ts';
import type { LoadedControl } from '../config/load-control.ts';
import { mutationFailures } from '../config/mutation-failures.ts';
import { type CaseFailure, runCases, situationsOf } from '../config/run-cases.ts';
import type { FactKnowledge } from '../engine/evaluate.ts';
import { type MutationResult, mutate } from '../engine/mutation.ts';
import { knowledgeOf } from '../engine/situation.ts';
import { facts } from '../facts/index.ts';
import { AssayError } from '../model/index.ts';
import { visible } from '../report/visible.ts';
import { counted } from '../report/words.ts';
import { exitCodes } from './exit-code.ts';
import { readInputText } from './input-files.ts';
import type { Io } from './io.ts';
import { loadLibrary } from './library.ts';
import { loadNamed } from './named-controls.ts';
import { isYaml } from './own-library.ts';
import { packagePath } from './package-files.ts';

/** What came of the cases of one control. */
interface Tested {
  readonly failures: readonly string[];
  readonly cases: number;
  readonly mutation?: MutationResult;
}

/**
 * `assay controls test`: judges the cases of controls, and, asked to, all changes of what they read.
 *
 * @throws AssayError ERR_CASES where one does not hold, after all that do not were printed
 */
export async function runControlsTest(
  paths: readonly string[],
  options: { readonly mutate?: boolean },
  io: Io,
): Promise<number> {
  const isLibrary = paths.length === 0;
  const root = isLibrary ? packagePath('') : io.cwd;
  const { controls } = isLibrary ? await loadLibrary() : await loadNamed(paths, io);
  const knowledge = knowledgeOf(facts);
  const tested: Tested[] = [];
  for (const control of controls) tested.push(await testControl(control, root, knowledge, options));
  const failures = [...tested.flatMap((one) => one.failures), ...(await strayCases(controls, root))];
  io.stdout.write(failures.map((failure) => `${visible(failure)}\n`).join(''));
  if (failures.length > 0) throw notAsExpected(failures.length);
  io.stdout.write(summaryOf(tested));
  return exitCodes.clean;
}

function notAsExpected(count: number): AssayError {
  return new AssayError('ERR_CASES', `expected every case to hold, got ${count} mistakes`, {
    remedy: 'Correct the control or its cases; docs/controls.md describes both.',
  });
}

async function testControl(
  loaded: LoadedControl,
  root: string,
  knowledge: FactKnowledge,
  options: { readonly mutate?: boolean },
): Promise<Tested> {
  const read = await readCases(loaded, root);
  if ('failure' in read) return { failures: [lineOf(read.failure)], cases: 0 };
  const { file } = read;
  const situations = situationsOf(file);
  const failures = runCases(loaded, file, knowledge);
  if (failures.length > 0 || options.mutate !== true)
    return { failures: failures.map(lineOf), cases: situations.length };
  const mutation = mutate(loaded.compiled, situations, knowledge);
  const found = mutationFailures(loaded, file, mutation);
  return { failures: found.map(lineOf), cases: situations.length, mutation };
}

function lineOf({ place, sentence }: CaseFailure): string {
  return place === '' ? sentence : `${place} ${sentence}`;
}

/** Where the cases of a control lie: `controls/tls/x.yaml` has them in `tests/controls/tls/x.yaml`. */
function casePathOf(file: string): string {
  const folder = dirname(file);
  const base = dirname(folder);
  const home = basename(base) === 'controls' ? dirname(base) : base;
  return join(home, 'tests', 'controls', basename(folder), basename(file));
}

async function readCases(
  { source, parsed }: LoadedControl,
  root: string,
): Promise<{ readonly file: CaseFile } | { readonly failure: CaseFailure }> {
  // The folder of a file that was named alone is part of its path all the same.
  const path = casePathOf(resolve(root, source.file));
  const name = relative(root, path);
  if (!(await isThere(path)))
    return { failure: { place: parsed.at(['id']), sentence: `expected its cases at ${name}, got none` } };
  try {
    return { file: parseCases(name, await readInputText({ path, name }, 'cases', 'ERR_CASES')) };
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
    return { failure: { place: '', sentence: error.message } };
  }
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Cases beside those that were run which belong to no control. */
async function strayCases(controls: readonly LoadedControl[], root: string): Promise<readonly string[]> {
  const files = controls.map(({ source }) => resolve(root, source.file));
  const known = new Set(files.map(casePathOf));
  const siblings = await Promise.all(
    [...new Set(files.map(dirname))].map(async (folder) => {
      const names = (await readdir(folder)).filter(isYaml);
      const cases = dirname(casePathOf(join(folder, 'any')));
      const there = await readdir(cases).catch(() => []);
      return there.filter((name) => isYaml(name) && !names.includes(name)).map((name) => join(cases, name));
    }),
  );
  return siblings
    .flat()
    .filter((path) => !known.has(path))
    .sort()
    .map((path) => `${relative(root, path)}:1:1 expected a control of this name, got none`);
}

function summaryOf(tested: readonly Tested[]): string {
  const cases = tested.reduce((sum, one) => sum + one.cases, 0);
  const fields = tested.flatMap(({ mutation }) => mutation?.fields ?? []);
  const counts = [counted(tested.length, 'control'), counted(cases, 'case')];
  const changes = fields.reduce((sum, { mutants }) => sum + mutants, 0);
  const tried =
    fields.length === 0
      ? ''
      : `; ${counted(changes, 'change')} of ${counted(fields.length, 'field')}: each field moves a verdict, no unproven pass`;
  return `${counts.join(', ')}, no mistakes${tried}\n`;
}
