import { dirname, join, relative, resolve } from 'node:path';
import { scaffold } from '../config/scaffold.ts';
import { controlId } from '../config/schemas/common.ts';
import { facts } from '../facts/index.ts';
import { AssayError, type SubjectKind, subjectKinds } from '../model/index.ts';
import { exitCodes } from './exit-code.ts';
import type { InputFile } from './input-files.ts';
import type { Io } from './io.ts';
import { loadLibrary } from './library.ts';
import { requireNothingAt, writeNewFile } from './new-file.ts';
import { packagePath } from './package-files.ts';

/**
 * `assay controls new`: a control and its cases to begin with, below a folder laid out as assay's own.
 *
 * @throws AssayError ERR_CONTROL, ERR_OUTPUT_EXISTS, ERR_OUTPUT
 */
export async function runControlsNew(
  id: string,
  options: { readonly subject?: SubjectKind; readonly out: string },
  io: Io,
): Promise<number> {
  const segment = await segmentOf(id);
  const subject = options.subject ?? subjectOf(segment);
  const control = fileAt(join(options.out, 'controls', segment, `${id}.yaml`), io);
  const cases = fileAt(join(options.out, 'tests', 'controls', segment, `${id}.yaml`), io);
  await requireNothingAt(control);
  await requireNothingAt(cases);
  const texts = scaffold({
    id,
    subject,
    facts: facts.filter((fact) => fact.subject === subject),
    controlSchema: schemaFrom(control, 'control'),
    casesSchema: schemaFrom(cases, 'cases'),
  });
  if (texts === undefined) throw noFacts(subject);
  await writeNewFile(control, texts.control);
  await writeNewFile(cases, texts.cases);
  io.stdout.write(`${control.name}\n${cases.name}\n`);
  io.stderr.write(
    `Both run as they stand: assay controls test ${options.out}\nNothing of them is a test yet.\n`,
  );
  return exitCodes.clean;
}

function fileAt(name: string, io: Io): InputFile {
  return { name, path: resolve(io.cwd, name) };
}

/** The first part of an id that nothing else has. */
async function segmentOf(id: string): Promise<string> {
  if (!new RegExp(controlId.pattern).test(id))
    throw new AssayError('ERR_CONTROL', `expected ${controlId.title}, got "${id}"`, {
      remedy: 'Name it as tls.cert.lifetime-limited: three parts of a-z, 0-9 and, after the first, "-".',
    });
  const { controls } = await loadLibrary();
  const taken = controls.find(({ source: { control } }) => control.id === id || control.aliases.includes(id));
  if (taken)
    throw new AssayError('ERR_CONTROL', `expected an id of its own, got "${id}" (${taken.source.file})`, {
      remedy: 'Ids are never reused: choose another.',
    });
  return id.slice(0, id.indexOf('.'));
}

/** The kind of system that the facts of a segment are about. */
function subjectOf(segment: string): SubjectKind {
  const kinds = new Set(
    facts.filter(({ name }) => name.startsWith(`${segment}.`)).map(({ subject }) => subject),
  );
  const [kind, another] = kinds;
  if (kind !== undefined && another === undefined) return kind;
  throw new AssayError('ERR_CONTROL', `expected --subject for a control of "${segment}", got none`, {
    remedy: `Say what it is about: --subject ${subjectKinds.join(', ')}.`,
  });
}

function noFacts(subject: SubjectKind): AssayError {
  return new AssayError('ERR_CONTROL', `expected a kind that there are facts of, got ${subject}`, {
    remedy: 'docs/facts.md lists what can be tested.',
  });
}

/** Where editors find a schema of this package, as seen from a file. */
function schemaFrom({ path }: InputFile, name: 'control' | 'cases'): string {
  const schema = packagePath(`docs/schemas/${name}.schema.json`);
  return relative(dirname(path), schema).replaceAll('\\', '/');
}
