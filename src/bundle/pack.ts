import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Assessment, Judge, JudgeInput, Seal } from '../model/index.ts';
import { bagDeclaration, bagInfoOf, formatBagInfo } from './bag-info.ts';
import { settleFile, syncFolder, type Written, writeAllDurably, writeLines } from './disk.ts';
import { sealEnvelope } from './dsse.ts';
import { instructions } from './instructions.ts';
import { stableJson } from './json.ts';
import { assessmentText, findingLines } from './judgement.ts';
import type { SigningKey } from './keys.ts';
import {
  controlPath,
  factPath,
  foldersOf,
  frameworkPath,
  observationPath,
  paths,
  spoolFolder,
} from './layout.ts';
import { controlSetSha256, digestsOf, formatManifest, sha256 } from './manifest.ts';
import { fileName } from './names.ts';
import { requireReadable, requireReadableLine } from './readable.ts';
import { makeFoldersOf, unspoolRecord } from './spool.ts';
import { statementOf } from './statement.ts';

/** What a bundle holds beside what was spooled into it. */
export interface BundleInputs extends JudgeInput {
  readonly judge: Judge;
  /** Absent: the bundle is UNSIGNED. */
  readonly signingKey?: SigningKey | undefined;
}

/** A bundle that is whole. */
export interface Packed {
  readonly seal: Seal;
  readonly assessment: Assessment;
  /** sha256 of every payload file, by path. */
  readonly manifest: ReadonlyMap<string, string>;
}

/** The folder being packed, and its files so far, by path. */
interface Packing {
  readonly root: string;
  /** Folders that are there. */
  readonly folders: Set<string>;
  readonly files: Map<string, Written>;
}

type Files = Readonly<Record<string, string>>;

/** Turns a spool into a whole bundle at the same place: all of it on disk, only its name still to be given. */
export async function pack(
  root: string,
  subjectIds: readonly string[],
  inputs: BundleInputs,
): Promise<Packed> {
  const controlSet = controlSetSha256(inputs.controls);
  if (controlSet !== inputs.run.controlSetSha256)
    throw new TypeError(
      `expected the run to name control set ${controlSet}, got ${inputs.run.controlSetSha256}`,
    );
  const packing: Packing = {
    root,
    folders: new Set(),
    files: new Map([[paths.log, await settleFile(join(root, paths.log))]]),
  };
  const findings = await writeLines(
    join(root, paths.findings),
    packSubjects(packing, subjectIds, inputs.judge),
  );
  packing.files.set(paths.findings, findings);
  await rm(join(root, spoolFolder), { recursive: true });
  const text = assessmentText(inputs.judge, findings.sha256, controlSet);
  await put(packing, { ...inputFiles(inputs), [paths.assessment]: text });
  const assessment = JSON.parse(text) as Assessment;
  const manifest = new Map([...packing.files].map(([path, file]) => [path, file.sha256]));
  return { seal: await putSeal(packing, manifest, assessment, inputs.signingKey), assessment, manifest };
}

async function* packSubjects(packing: Packing, ids: readonly string[], judge: Judge): AsyncIterable<string> {
  let used = 0;
  for (const id of ids) {
    const record = await unspoolRecord(packing, id, used, (path, file) => {
      packing.files.set(path, file);
      used += 1;
    });
    await put(packing, { [observationPath(fileName(id))]: stableJson(record) });
    for (const line of findingLines(judge, record)) {
      requireReadableLine(paths.findings, line);
      yield line;
    }
  }
}

function inputFiles(inputs: BundleInputs): Files {
  const { run, scope, overrides, history, controls, facts, frameworks } = inputs;
  return {
    ...Object.fromEntries(controls.map(({ control, text }) => [controlPath(fileName(control.id)), text])),
    ...Object.fromEntries(facts.map((fact) => [factPath(fileName(fact.name)), stableJson(fact)])),
    ...Object.fromEntries(frameworks.map((tree) => [frameworkPath(fileName(tree.id)), stableJson(tree)])),
    [paths.overrides]: stableJson(overrides),
    ...(history === undefined ? {} : { [paths.previous]: stableJson(history) }),
    [paths.scope]: stableJson(scope),
    [paths.run]: stableJson(run),
  };
}

async function putSeal(
  packing: Packing,
  manifest: ReadonlyMap<string, string>,
  assessment: Assessment,
  key: SigningKey | undefined,
): Promise<Seal> {
  const { run } = assessment;
  const bytes = [...packing.files.values()].reduce((sum, file) => sum + file.bytes, 0);
  const tags: Files = {
    [paths.instructions]: instructions(run.id, key?.keyId),
    [paths.bagInfo]: formatBagInfo(bagInfoOf(run, packing.files.size, bytes, key?.keyId)),
    [paths.bagit]: bagDeclaration,
    [paths.manifest]: formatManifest(manifest),
  };
  const tagManifest = formatManifest(digestsOf(tags));
  const fingerprint = sha256(tagManifest);
  const digests = { tagManifest: fingerprint, manifest: sha256(tags[paths.manifest] ?? '') };
  await put(packing, {
    ...tags,
    [paths.tagManifest]: tagManifest,
    ...(key && signatureFiles(statementOf(digests, assessment), key)),
  });
  await syncFolders(packing);
  return { fingerprint, signature: key ? { kind: 'signed', keyId: key.keyId } : { kind: 'unsigned' } };
}

function signatureFiles(statement: string, key: SigningKey): Files {
  return { [paths.statement]: sealEnvelope(Buffer.from(statement), key), [paths.signer]: key.pem };
}

async function put({ root, folders, files }: Packing, contents: Files): Promise<void> {
  const entries = Object.entries(contents);
  for (const [path, content] of entries) if (path.endsWith('.json')) requireReadable(path, content);
  await makeFoldersOf(root, Object.keys(contents), folders);
  const written = await writeAllDurably(
    entries.map(([path, content]) => ({ path: join(root, path), content })),
  );
  for (const [at, [path]] of entries.entries()) files.set(path, written[at] as Written);
}

async function syncFolders({ root, files }: Packing): Promise<void> {
  // Deepest first: a folder's own entry is on disk only once its parent is.
  for (const folder of [...foldersOf(files.keys())].reverse()) await syncFolder(join(root, folder));
  await syncFolder(root);
}
