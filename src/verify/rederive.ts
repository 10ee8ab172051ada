import { readText } from '../bundle/hashed-file.ts';
import { stableJson } from '../bundle/json.ts';
import { fileLimitBytes } from '../bundle/limits.ts';
import type { Bundle } from '../bundle/reader.ts';
import { printable, refusal } from '../bundle/refusal.ts';
import type { SealedFolder } from '../bundle/sealed.ts';
import { AssayError, byCodeUnit, type Json, type Seen, type SubjectRecord } from '../model/index.ts';
import { type FactTranscript, parseFactTranscript } from '../tls/fact-transcript.ts';
import type { DialogueEvidence } from '../tls/recorded-dialogue.ts';
import { derivations } from '../tls/rederive.ts';
import { firstDifference } from './difference.ts';

/** Which facts were made again from what was sent and received, and which were taken as recorded. */
export interface Rederived {
  readonly facts: number;
  /** Names of facts that no transcript gives again, by code unit. */
  readonly asRecorded: readonly string[];
}

/**
 * Makes every fact again that follows from a transcript, and compares.
 *
 * @throws AssayError ERR_VERIFY_FACT where another fact follows, or none
 */
export function rederive(sealed: SealedFolder, bundle: Bundle): Rederived {
  const asRecorded = new Set<string>();
  let facts = 0;
  for (const record of bundle.subjects()) {
    const transcripts = transcriptsOf(sealed, record);
    for (const observation of record.observations) {
      if (observation.kind !== 'seen') continue;
      if (rederiveOne(record, observation, transcripts)) facts += 1;
      else asRecorded.add(observation.fact);
    }
  }
  return { facts, asRecorded: [...asRecorded].sort(byCodeUnit) };
}

/** By fact. What one look had for several facts stands in one of their files: each gets all of its look. */
type Transcripts = ReadonlyMap<string, FactTranscript>;

function transcriptsOf(sealed: SealedFolder, record: SubjectRecord): Transcripts {
  const own = new Map<string, FactTranscript>();
  for (const observation of record.observations) {
    if (observation.kind !== 'seen' || !observation.fact.startsWith('tls.')) continue;
    const transcript = transcriptOf(sealed, record, observation);
    if (transcript !== undefined) own.set(observation.fact, transcript);
    else if (derivations[observation.fact] !== undefined)
      throw refusal('FACT', `expected a transcript as evidence of ${whereOf(record, observation)}, got none`);
  }
  const byLook = new Map<string, DialogueEvidence[]>();
  for (const { seed, connections } of own.values())
    byLook.set(seed, [...(byLook.get(seed) ?? []), ...connections]);
  return new Map(
    [...own].map(([fact, transcript]) => {
      const connections = byLook.get(transcript.seed) ?? [];
      return [fact, { ...transcript, connections }];
    }),
  );
}

function rederiveOne(record: SubjectRecord, seen: Seen, transcripts: Transcripts): boolean {
  const derive = derivations[seen.fact];
  const transcript = transcripts.get(seen.fact);
  if (derive === undefined || transcript === undefined) return false;
  const where = whereOf(record, seen);
  const again = attempt(where, () => derive(transcript, (fact) => factOf(record, fact)));
  if (stableJson(again) === stableJson(seen.value)) return true;
  const pointer = printable(firstDifference(again, seen.value));
  throw refusal('FACT', `expected ${where} as its transcript gives it, got another ${pointer}`);
}

function whereOf({ subject }: SubjectRecord, { fact }: Seen): string {
  return printable(`${fact} of ${subject.id}`);
}

/** Also of a fact that does not follow from its transcript alone: others may rest on what stands in it. */
function transcriptOf(
  { root, manifest }: SealedFolder,
  record: SubjectRecord,
  seen: Seen,
): FactTranscript | undefined {
  const where = whereOf(record, seen);
  for (const { path, mediaType } of seen.evidence) {
    if (mediaType !== 'application/json') continue;
    const text = readText(root, path, manifest.get(path), fileLimitBytes(path));
    const transcript = attempt(where, () => parseFactTranscript(text));
    if (transcript === undefined) continue;
    const { host, address, port } = transcript;
    const { subject } = record;
    if (host === subject.host && address === subject.address && port === subject.port) return transcript;
    throw refusal('FACT', `expected a transcript of ${where}, got one of another endpoint`);
  }
  return undefined;
}

function factOf({ observations, subject }: SubjectRecord, fact: string): Json {
  const found = observations.find((observation) => observation.fact === fact);
  if (found?.kind === 'seen') return found.value;
  throw refusal('FACT', `expected ${fact} of ${printable(subject.id)}, from which others follow, got none`);
}

function attempt<T>(where: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof AssayError && error.code.startsWith('ERR_VERIFY')) throw error;
    const what = error instanceof AssayError ? error.message : 'something that is no transcript';
    throw refusal('FACT', `expected ${where} to follow from its transcript: ${printable(what)}`, error);
  }
}
