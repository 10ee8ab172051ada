import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  byCodeUnit,
  type CollectedRecord,
  type EvidenceItem,
  type EvidenceReference,
  type Observation,
  type SubjectRecord,
} from '../model/index.ts';
import { makeFolder, type Written, writeAllDurably } from './disk.ts';
import { fitting } from './fitting.ts';
import { stableLine } from './json.ts';
import { evidencePath, evidenceRef, foldersOf, spoolFolder } from './layout.ts';
import { fileName } from './names.ts';

/** Evidence on disk that has no number yet: it lies in the spool as `<subject>/<ordinal>`. */
type SpooledEvidence = Omit<EvidenceReference, 'ref' | 'path'> & { readonly extension: string };

const recordFile = (root: string, id: string): string => join(root, spoolFolder, `${fileName(id)}.json`);
const evidenceFolder = (root: string, id: string): string => join(root, spoolFolder, fileName(id));

/** Puts one subject's record and raw evidence on disk, so that none of it stays in memory. */
export async function spoolRecord(root: string, record: CollectedRecord): Promise<void> {
  const { id } = record.subject;
  const observations = fitting(record).observations.toSorted((a, b) => byCodeUnit(a.fact, b.fact));
  const items = observations.flatMap((observation) => observation.evidence);
  const evidence = await spoolEvidence(evidenceFolder(root, id), items);
  let next = 0;
  const spooled = observations.map((observation) => {
    const first = next;
    next += observation.evidence.length;
    return { ...observation, evidence: evidence.slice(first, next) };
  });
  // It is read back and removed before the bundle is whole: the disk need not have it.
  const line = stableLine({ ...record, observations: spooled });
  await writeFile(recordFile(root, id), line, { mode: 0o600, flag: 'wx' });
}

async function spoolEvidence(
  folder: string,
  items: readonly EvidenceItem[],
): Promise<readonly SpooledEvidence[]> {
  for (const { extension } of items)
    if (!/^[a-z0-9]{1,8}$/.test(extension)) throw new TypeError(`expected a file ending, got "${extension}"`);
  await makeFolder(folder);
  const written = await writeAllDurably(
    items.map(({ bytes }, at) => ({ path: join(folder, String(at)), content: bytes })),
  );
  return items.map(({ title, mediaType, extension }, at) => ({
    ...(written[at] as Written),
    ...{ title, mediaType, extension },
  }));
}

/**
 * Reads a spooled record back and moves its evidence to the numbers that follow `used`.
 *
 * @param folders those that are known to be there; others are made and added
 * @param placed told of each evidence file, by its path in the bundle
 */
export async function unspoolRecord(
  { root, folders }: { readonly root: string; readonly folders: Set<string> },
  id: string,
  used: number,
  placed: (path: string, file: Written) => void,
): Promise<SubjectRecord> {
  const record = JSON.parse(await readFile(recordFile(root, id), 'utf8')) as SubjectRecord<SpooledEvidence>;
  let ordinal = 0;
  const observations: Observation[] = [];
  for (const observation of record.observations) {
    const evidence: EvidenceReference[] = [];
    for (const item of observation.evidence) {
      const reference = numbered(item, id, used + ordinal + 1);
      await makeFoldersOf(root, [reference.path], folders);
      await rename(join(evidenceFolder(root, id), String(ordinal)), join(root, reference.path));
      placed(reference.path, reference);
      evidence.push(reference);
      ordinal += 1;
    }
    observations.push({ ...observation, evidence });
  }
  return { ...record, observations };
}

/** Makes the folders on the way to files, save those that are known to be there. */
export async function makeFoldersOf(
  root: string,
  files: Iterable<string>,
  known: Set<string>,
): Promise<void> {
  for (const folder of foldersOf(files)) {
    if (known.has(folder)) continue;
    await makeFolder(join(root, folder));
    known.add(folder);
  }
}

function numbered({ extension, ...item }: SpooledEvidence, id: string, number: number): EvidenceReference {
  const ref = evidenceRef(number);
  return { ref, path: evidencePath(fileName(id), ref, extension), ...item };
}
