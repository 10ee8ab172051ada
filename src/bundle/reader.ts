import {
  type Assessment,
  byCodeUnit,
  type ControlSource,
  type FactDefinition,
  type Finding,
  type Framework,
  type History,
  type ParamOverrides,
  type Run,
  type Scope,
  type Seal,
  type SubjectRecord,
} from '../model/index.ts';
import { readLines, readText } from './hashed-file.ts';
import { stableJson, stableLine } from './json.ts';
import { idIn, type NamedPath, paths } from './layout.ts';
import { fileLimitBytes, jsonExcess } from './limits.ts';
import { printable, refusal } from './refusal.ts';
import { openSealed, type SealedFolder } from './sealed.ts';
import type { misshape, ShapeName } from './shapes.ts';
import type { SealedBundle } from './writer.ts';

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
  /** What it had from bundles before it; undefined where it was compared with none. */
  readHistory(): History | undefined;
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
  return opened({ ...sealed, misshape, wellFormed: new Set() });
}

/**
 * The bundle that this process has written: each file is compared with what was written as it is read. Its form is not
 * looked at again: bytes of that digest are the ones that were made here.
 */
export function writtenBundle({ folder, seal, manifest }: SealedBundle): Bundle {
  return opened({
    root: folder,
    seal,
    manifest,
    misshape: () => undefined,
    wellFormed: new Set(manifest.keys()),
    isOurs: true,
  });
}

function opened(reading: Reading): Bundle {
  const one = <T>(shape: ShapeName, path: string): T => readJson<T>(reading, shape, path);
  const all = <T>(sort: NamedPath, shape: ShapeName, idOf: (value: T) => string): T[] =>
    pathsOf(reading, sort).map(([id, path]) => {
      const value = one<T>(shape, path);
      requireId(path, id, idOf(value));
      return value;
    });
  return {
    folder: reading.root,
    seal: reading.seal,
    readRun: () => one('run', paths.run),
    readScope: () => one('scope', paths.scope),
    readOverrides: () => one('overrides', paths.overrides),
    readHistory: () => (reading.manifest.has(paths.previous) ? one('history', paths.previous) : undefined),
    readAssessment: () => one('assessment', paths.assessment),
    readControls: () => readControls(reading),
    readFacts: () => all<FactDefinition>('facts', 'fact', ({ name }) => name),
    readFrameworks: () => all<Framework>('frameworks', 'framework', ({ id }) => id),
    subjects: () => again(() => readSubjects(reading)),
    findings: () => again(() => readFindings(reading)),
    log: () => again(() => readJsonLines<object>(reading, 'logEntry', paths.log)),
  };
}

interface Reading extends Pick<SealedFolder, 'root' | 'seal' | 'manifest'> {
  readonly misshape: typeof misshape;
  /** Written by this process, which writes nothing that no reader opens. */
  readonly isOurs?: true;
  /** Files whose form was found right, all of it, in bytes that have the digest listed: not to be checked again. */
  readonly wellFormed: Set<string>;
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
    requireId(path, id, record.subject.id);
    yield record;
  }
}

/** A file says what its name says. */
function requireId(path: string, expected: string, got: string): void {
  if (got !== expected)
    throw refusal('FORMAT', `expected ${printable(expected)} in ${path}, got ${printable(got)}`);
}

/** What walks findings and subjects together relies on their order. */
function* readFindings(reading: Reading): Generator<Finding, void, void> {
  let before: Finding | undefined;
  for (const finding of readJsonLines<Finding>(reading, 'finding', paths.findings)) {
    if (before !== undefined && byPlace(before, finding) >= 0)
      throw refusal(
        'FORMAT',
        `expected ${paths.findings} in order without repeats, got ${printable(`${finding.controlId} on ${finding.subjectId}`)} again or late`,
      );
    yield finding;
    before = finding;
  }
}

function byPlace(a: Finding, b: Finding): number {
  return byCodeUnit(a.subjectId, b.subjectId) || byCodeUnit(a.controlId, b.controlId);
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
  const value = parse<T>(reading, shape, path, textOf(reading, path), stableJson);
  reading.wellFormed.add(path);
  return value;
}

function* readJsonLines<T>(reading: Reading, shape: ShapeName, path: string): Generator<T, void, void> {
  for (const line of readLines(reading.root, path, digestOf(reading, path)))
    yield parse<T>(reading, shape, path, line, stableLine);
  reading.wellFormed.add(path);
}

function textOf(reading: Reading, path: string): string {
  return readText(reading.root, path, digestOf(reading, path), fileLimitBytes(path));
}

function digestOf({ manifest }: Reading, path: string): string {
  const digest = manifest.get(path);
  if (digest === undefined)
    throw refusal('MISSING', `expected ${path} in ${paths.manifest}, got no such line`);
  return digest;
}

/** A text has one meaning only if it is the one that assay writes of it: no key twice, no other order or number. */
function parse<T>(
  { misshape, wellFormed, isOurs }: Reading,
  shape: ShapeName,
  path: string,
  text: string,
  write: (value: unknown) => string,
): T {
  if (!isOurs) requireNoExcess(path, text);
  const value = jsonOf(path, text);
  if (wellFormed.has(path)) return value as T;
  if (!isWritten(text, value, write))
    throw refusal('FORMAT', `expected ${path} as assay writes it, got another form of it`);
  const fault = misshape(shape, value);
  if (fault !== undefined) throw refusal('FORMAT', `expected the form of ${path}, got ${printable(fault)}`);
  return value as T;
}

function requireNoExcess(path: string, text: string): void {
  const excess = jsonExcess(text);
  if (excess !== undefined) throw refusal('FORMAT', `expected ${excess} in ${path}, got more`);
}

function jsonOf(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw refusal('FORMAT', `expected JSON in ${path}, got something else`, error);
  }
}

function isWritten(text: string, value: unknown, write: (value: unknown) => string): boolean {
  try {
    return write(value) === text;
  } catch {
    return false;
  }
}
