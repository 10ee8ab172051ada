import {
  type Assessment,
  byCodeUnit,
  type ControlSource,
  type FactDefinition,
  type Finding,
  type Framework,
  type ParamOverrides,
  type Run,
  type Scope,
  type Seal,
  type SubjectRecord,
} from '../model/index.ts';
import { readLines, readText } from './hashed-file.ts';
import { stableJson, stableLine } from './json.ts';
import { idIn, type NamedPath, paths } from './layout.ts';
import { printable, refusal } from './refusal.ts';
import { openSealed, type SealedFolder } from './sealed.ts';
import type { misshape, ShapeName } from './shapes.ts';

/** A control as a bundle carries it: `file` is where assay keeps it, `controls/<segment>/<id>.yaml`. */
type ControlText = Pick<ControlSource, 'file' | 'text'>;

/**
 * A bundle opened for reading. Each file is compared with the manifest and checked for its form as it is read, so
 * every method may throw `AssayError` ERR_VERIFY_ALTERED, MISSING or FORMAT. Sequences can be walked more than once.
 */
export interface Bundle {
  readonly folder: string;
  readonly seal: Seal;
  readRun(): Run;
  readScope(): Scope;
  readOverrides(): ParamOverrides;
  readAssessment(): Assessment;
  /** By id. */
  readControls(): readonly ControlText[];
  /** By name. */
  readFacts(): readonly FactDefinition[];
  /** By id. */
  readFrameworks(): readonly Framework[];
  /** By subject id, by code unit. */
  subjects(): Iterable<SubjectRecord>;
  /** As they were written: by (subject, control), by code unit. */
  findings(): Iterable<Finding>;
  /** What happened when, during the scan. */
  log(): Iterable<object>;
}

const fileLimitBytes = 268_435_456;

/**
 * Opens a bundle: its seal and its list of files are checked, the files themselves as they are read.
 *
 * @throws AssayError ERR_VERIFY_FORMAT, SIGNATURE, ALTERED, EXTRA, MISSING
 */
export async function readBundle(folder: string): Promise<Bundle> {
  return bundleOf(await openSealed(folder));
}

/** The bundle in a folder whose seal has been checked. */
export async function bundleOf(sealed: SealedFolder): Promise<Bundle> {
  // ajv takes as long to load as a small bundle takes to hash.
  const { misshape } = await import('./shapes.ts');
  const reading: Reading = { ...sealed, misshape };
  const one = <T>(shape: ShapeName, path: string): T => readJson<T>(reading, shape, path);
  const all = <T>(sort: NamedPath, shape: ShapeName): T[] =>
    pathsOf(reading, sort).map(([, path]) => one<T>(shape, path));
  return {
    folder: sealed.root,
    seal: sealed.seal,
    readRun: () => one('run', paths.run),
    readScope: () => one('scope', paths.scope),
    readOverrides: () => one('overrides', paths.overrides),
    readAssessment: () => one('assessment', paths.assessment),
    readControls: () => readControls(reading),
    readFacts: () => all('facts', 'fact'),
    readFrameworks: () => all('frameworks', 'framework'),
    subjects: () => again(() => readSubjects(reading)),
    findings: () => again(() => readJsonLines<Finding>(reading, 'finding', paths.findings)),
    log: () => again(() => readJsonLines<object>(reading, 'logEntry', paths.log)),
  };
}

interface Reading extends SealedFolder {
  readonly misshape: typeof misshape;
}

function again<T>(start: () => Iterator<T>): Iterable<T> {
  return { [Symbol.iterator]: start };
}

function readControls(reading: Reading): readonly ControlText[] {
  return pathsOf(reading, 'controls').map(([id, path]) => ({
    file: `controls/${id.slice(0, id.indexOf('.'))}/${id}.yaml`,
    text: textOf(reading, path),
  }));
}

function* readSubjects(reading: Reading): Generator<SubjectRecord, void, void> {
  for (const [id, path] of pathsOf(reading, 'observations')) {
    const record = readJson<SubjectRecord>(reading, 'subjectRecord', path);
    if (record.subject.id !== id)
      throw refusal('FORMAT', `expected subject ${id} in ${path}, got ${printable(record.subject.id)}`);
    yield record;
  }
}

/** Ids and paths of one sort of file, by id. */
function pathsOf({ manifest }: Reading, sort: NamedPath): readonly (readonly [string, string])[] {
  const found: (readonly [string, string])[] = [];
  for (const path of manifest.keys()) {
    const id = idIn(sort, path);
    if (id !== undefined) found.push([id, path]);
  }
  return found.sort(([a], [b]) => byCodeUnit(a, b));
}

function readJson<T>(reading: Reading, shape: ShapeName, path: string): T {
  return parse<T>(reading, shape, path, textOf(reading, path), stableJson);
}

function* readJsonLines<T>(reading: Reading, shape: ShapeName, path: string): Generator<T, void, void> {
  for (const line of readLines(reading.root, path, digestOf(reading, path)))
    yield parse<T>(reading, shape, path, line, stableLine);
}

function textOf(reading: Reading, path: string): string {
  return readText(reading.root, path, digestOf(reading, path), fileLimitBytes);
}

function digestOf({ manifest }: Reading, path: string): string {
  const digest = manifest.get(path);
  if (digest === undefined)
    throw refusal('MISSING', `expected ${path} in ${paths.manifest}, got no such line`);
  return digest;
}

/** A text has one meaning only if it is the one that assay writes of it: no key twice, no other order or number. */
function parse<T>(
  { misshape }: Reading,
  shape: ShapeName,
  path: string,
  text: string,
  write: (value: unknown) => string,
): T {
  const value = jsonOf(path, text, write);
  const fault = misshape(shape, value);
  if (fault !== undefined) throw refusal('FORMAT', `expected the form of ${path}, got ${printable(fault)}`);
  return value as T;
}

function jsonOf(path: string, text: string, write: (value: unknown) => string): unknown {
  let again: string;
  let value: unknown;
  try {
    value = JSON.parse(text);
    again = write(value);
  } catch (error) {
    throw refusal('FORMAT', `expected JSON in ${path}, got something else`, error);
  }
  if (again !== text) throw refusal('FORMAT', `expected ${path} as assay writes it, got another form of it`);
  return value;
}
