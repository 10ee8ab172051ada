import { createHash } from 'node:crypto';
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

/** Evidence on disk that has no number yet: it lies in the spool as `<subject>/<file>`, counted from 0. */
type SpooledEvidence = Omit<EvidenceReference, 'ref' | 'path'> & {
  readonly extension: string;
  readonly file: number;
};

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

/** Facts that rest on the very same bytes share one file. */
async function spoolEvidence(
  folder: string,
  items: readonly EvidenceItem[],
): Promise<readonly SpooledEvidence[]> {
  for (const { extension } of items)
    if (!/^[a-z0-9]{1,8}$/.test(extension)) throw new TypeError(`expected a file ending, got "${extension}"`);
  await makeFolder(folder);
  const files = new Map<string, { readonly file: number; readonly content: Uint8Array }>();
  const keys = items.map((item) => {
    const key = contentKey(item);
    if (!files.has(key)) files.set(key, { file: files.size, content: item.bytes });
    return key;
  });
  const written = await writeAllDurably(
    [...files.values()].map(({ file, content }) => ({ path: join(folder, String(file)), content })),
  );
  return items.map(({ title, mediaType, extension }, at) => {
    const file = files.get(keys[at] as string)?.file as number;
    return { ...(written[file] as Written), title, mediaType, extension, file };
  });
}

/** The same for the same bytes of the same kind. */
const contentKey = ({ bytes, mediaType, extension }: EvidenceItem): string =>
  `${extension} ${mediaType} ${createHash('sha256').update(bytes).digest('hex')}`;

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
  const inPlace = new Set<number>();
  const observations: Observation[] = [];
  for (const observation of record.observations) {
    const evidence: EvidenceReference[] = [];
    for (const item of observation.evidence) {
      const reference = numbered(item, id, used);
      if (!inPlace.has(item.file)) {
        inPlace.add(item.file);
        await makeFoldersOf(root, [reference.path], folders);
        await rename(join(evidenceFolder(root, id), String(item.file)), join(root, reference.path));
        placed(reference.path, reference);
      }
      evidence.push(reference);
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

function numbered(
  { extension, file, ...item }: SpooledEvidence,
  id: string,
  used: number,
): EvidenceReference {
  const ref = evidenceRef(used + file + 1);
  return { ref, path: evidencePath(fileName(id), ref, extension), ...item };
}
