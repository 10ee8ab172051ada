import { createHash } from 'node:crypto';
import { marksInJson } from '../../data/export-values.ts';
import { readLimited } from '../../files/read-limited.ts';
import type { EvidenceItem, TestExport } from '../../model/index.ts';

const limitBytes = 16 * 1024 * 1024;

/** The marks of what an export has, or why they are not known. */
type ReadExport = { readonly marks: ReadonlySet<string> } | { readonly why: string };

/** Reads a file that was handed over: of its content only marks are kept, and they are no evidence. */
export async function readExport(
  { person, file }: TestExport,
  evidence: (item: EvidenceItem) => void,
): Promise<ReadExport> {
  const read = await readLimited(file, limitBytes);
  if (!('bytes' in read)) return { why: `expected to read the export at ${file}, got ${read.got}` };
  const marks = marksInJson(read.bytes.toString('utf8'));
  if (marks === undefined) return { why: `expected JSON in the export at ${file}, got something else` };
  const sha256 = createHash('sha256').update(read.bytes).digest('hex');
  evidence({
    title: `export of ${person}`,
    mediaType: 'application/json',
    extension: 'json',
    bytes: Buffer.from(`${JSON.stringify({ file, bytes: read.bytes.length, sha256, values: marks.size })}\n`),
  });
  return { marks };
}
