import { evidenceRef, idIn } from '../bundle/layout.ts';
import { printable, refusal } from '../bundle/refusal.ts';
import type { SealedFolder } from '../bundle/sealed.ts';
import type { EvidenceReference, SubjectRecord } from '../model/index.ts';
import type { PayloadSizes } from './integrity.ts';

/** Follows the evidence that records name, in the order of the records. */
export interface EvidenceWalk {
  /** @throws AssayError ERR_VERIFY_FORMAT where a reference does not lead to its file */
  follow(record: SubjectRecord): void;
  /** @throws AssayError ERR_VERIFY_FORMAT where a file is evidence of nothing */
  finish(): void;
}

/**
 * Every reference must have the next number, its own file in the subject's folder, and that file's digest and size; or
 * be to a file that a fact of the same subject before it names.
 */
export function walkEvidence({ manifest }: SealedFolder, { byPath }: PayloadSizes): EvidenceWalk {
  let used = 0;
  const follow = (
    { ref, path, sha256, bytes }: EvidenceReference,
    subjectId: string,
    before: Map<string, string>,
  ): void => {
    const isShared = before.has(ref);
    if (!isShared) used += 1;
    const expected = isShared ? ref : evidenceRef(used);
    if (ref !== expected)
      throw refusal('FORMAT', `expected ${expected} of ${printable(subjectId)} next, got ${ref}`);
    if (
      idIn('evidence', path) !== subjectId ||
      !path.includes(`/${ref}.`) ||
      (before.get(ref) ?? path) !== path
    )
      throw refusal(
        'FORMAT',
        `expected ${ref} in the evidence folder of ${printable(subjectId)}, got another path`,
      );
    before.set(ref, path);
    if (manifest.get(path) !== sha256)
      throw refusal(
        'FORMAT',
        `expected ${ref} with sha256 ${sha256}, got ${manifest.get(path) ?? 'no such file'}`,
      );
    if (byPath.get(path) !== bytes)
      throw refusal('FORMAT', `expected ${ref} with ${bytes} bytes, got ${byPath.get(path)}`);
  };
  return {
    follow: ({ subject, observations }) => {
      const before = new Map<string, string>();
      for (const { evidence } of observations) for (const item of evidence) follow(item, subject.id, before);
    },
    finish: () => {
      const files = [...manifest.keys()].filter((path) => idIn('evidence', path) !== undefined).length;
      if (files !== used)
        throw refusal('FORMAT', `expected ${used} evidence files, as observations name, got ${files}`);
    },
  };
}
