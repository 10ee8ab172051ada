import { readText } from '../bundle/hashed-file.ts';
import { fileLimitBytes } from '../bundle/limits.ts';
import { printable, refusal } from '../bundle/refusal.ts';
import type { SealedFolder } from '../bundle/sealed.ts';
import { AssayError, type Json, type Seen, type SubjectRecord } from '../model/index.ts';

/** What a subject's facts may be made from again: its record, and the files that this refers to. */
export interface Source {
  readonly record: SubjectRecord;
  /** The evidence files of a fact that are of one media type, in their order. */
  textsOf(seen: Seen, mediaType: string): readonly string[];
  /**
   * The recorded value of another fact of the subject.
   *
   * @throws AssayError ERR_VERIFY_FACT where there is none
   */
  valueOf(fact: string): Json;
}

export function sourceOf({ root, manifest }: SealedFolder, record: SubjectRecord): Source {
  const { observations, subject } = record;
  return {
    record,
    textsOf: ({ evidence }, mediaType) =>
      evidence
        .filter((item) => item.mediaType === mediaType)
        .map(({ path }) => readText(root, path, manifest.get(path), fileLimitBytes(path))),
    valueOf: (fact) => {
      const found = observations.find((observation) => observation.fact === fact);
      if (found?.kind === 'seen') return found.value;
      throw refusal(
        'FACT',
        `expected ${fact} of ${printable(subject.id)}, from which others follow, got none`,
      );
    },
  };
}

/**
 * Makes a fact again, or undefined where nothing in its evidence gives it.
 *
 * @throws AssayError where its evidence leads to no fact
 */
export type Again = (seen: Seen) => Json | undefined;

/** A fact in words. */
export function whereOf({ subject }: SubjectRecord, { fact }: Seen): string {
  return printable(`${fact} of ${subject.id}`);
}

/**
 * Reads or makes something of a fact's evidence.
 *
 * @throws AssayError ERR_VERIFY_FACT for whatever goes wrong
 */
export function attempt<T>(where: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof AssayError && error.code.startsWith('ERR_VERIFY')) throw error;
    const what = error instanceof AssayError ? error.message : 'something that is no transcript';
    throw refusal('FACT', `expected ${where} to follow from its transcript: ${printable(what)}`, error);
  }
}
