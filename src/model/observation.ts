import type { Json } from './json.ts';
import type { Subject } from './subject.ts';

/** Raw bytes on their way into a bundle, before they have a number. */
export interface EvidenceItem {
  readonly title: string;
  readonly mediaType: string;
  /** File ending without the dot: `json`, `pem`, `txt`. */
  readonly extension: string;
  readonly bytes: Uint8Array;
}

/** Raw bytes in a bundle. */
export interface EvidenceReference {
  /** `EV-00001`, counted over the bundle in (subject, fact, ordinal) order. */
  readonly ref: string;
  /** Path inside the bundle. */
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly mediaType: string;
  readonly title: string;
}

/** What is known of one list of a fact: where its members come from, and whether any are missing. */
export interface Completeness {
  /** JSON pointer of the list or map inside the fact's value: `/rules`. */
  readonly list: string;
  /** How the population was established, one sentence. */
  readonly basis: string;
  readonly returned: number;
  /** How many there are, where the source tells. */
  readonly total?: number;
  /** What is not there, and why; empty when nothing is known to be missing. */
  readonly missing: readonly { readonly what: string; readonly why: string }[];
}

/** Who assay was towards the subject, and what that principal was allowed. */
export interface Principal {
  readonly name: string;
  readonly privileges: readonly string[];
}

/** Why something could not be looked at. */
export interface UnseenReason {
  readonly code: string;
  readonly message: string;
  /** What to do about it. */
  readonly remedy: string;
}

interface Observed<E> {
  readonly fact: string;
  /** NIST SP 800-53A: a probe is a TEST, a reading of configuration an EXAMINE. */
  readonly method: 'TEST' | 'EXAMINE';
  /** UTC, RFC 3339 with milliseconds. `endedAt` is the fact's own time in assertions (`observed.<fact>`). */
  readonly startedAt: string;
  readonly endedAt: string;
  readonly attempts: number;
  /** The exact queries, or what was sent in words (its bytes are in the evidence). */
  readonly requests: readonly string[];
  readonly evidence: readonly E[];
}

export interface Seen<E = EvidenceReference> extends Observed<E> {
  readonly kind: 'seen';
  readonly value: Json;
  readonly completeness: readonly Completeness[];
  /** What was seen and not kept, and why. */
  readonly withheld: readonly string[];
}

export interface Unseen<E = EvidenceReference> extends Observed<E> {
  readonly kind: 'unseen';
  readonly reason: UnseenReason;
}

/** `E` is how evidence is held: by reference in a bundle, as bytes on its way there. */
export type Observation<E = EvidenceReference> = Seen<E> | Unseen<E>;

/** All that was observed of one subject: one file of the bundle. */
export interface SubjectRecord<E = EvidenceReference> {
  readonly format: 0;
  readonly subject: Subject;
  /** Where the look was taken from. */
  readonly vantage: string;
  /** What the system says of itself, for example its system identifier or its certificate's digest. */
  readonly identity: Readonly<Record<string, string>>;
  readonly principal?: Principal;
  readonly connections: number;
  /** Ordered by fact name. */
  readonly observations: readonly Observation<E>[];
}
