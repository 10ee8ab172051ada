import type { EffectiveParam, Severity, Strength } from './control.ts';
import type { SubjectKind } from './fact-schema.ts';
import type { Json } from './json.ts';
import type { UnseenReason } from './observation.ts';

/** design: "The first law". Only `pass` is satisfied, and only over a population seen, complete and non-empty. */
export type Reason = 'pass' | 'fail' | 'unseen' | 'error' | 'not-applicable';

/** One value that an assertion read for one item. */
interface Reading {
  readonly fact: string;
  /** JSON pointer into the fact's value. */
  readonly pointer: string;
  /** Scalars only. */
  readonly value: Json;
}

/** One item of a population that fails. */
export interface Exception {
  /** The item's key, in words: `TLSv1.0`, `host all all 0.0.0.0/0 md5`. Empty for the subject itself. */
  readonly item: string;
  /** sha256 of (control, subject, item key), 64 hex digits: never of a value or an order. */
  readonly fingerprint: string;
  /** When the first scan ended that saw it, and this one; absent where the scope has no days to mend. */
  readonly firstSeen?: string;
  readonly lastSeen?: string;
  /** The finding's. */
  readonly owner?: string;
  /** Calendar date in UTC, the last day in time. */
  readonly due?: string;
  readonly readings: readonly Reading[];
}

/** One item, or a whole fact (item empty), that could not be judged. */
export interface UnseenItem extends UnseenReason {
  readonly item: string;
  readonly fact: string;
}

/** What was tried: every item of the population, and how it went. */
export interface Population {
  readonly items: number;
  readonly exceptions: number;
  readonly unseen: number;
  /** False where a list the assertion ran over is known to miss members. */
  readonly complete: boolean;
  /** How the population was established, from the observations' completeness. */
  readonly basis: readonly string[];
}

/** The conclusion on one control and one subject. */
export interface Finding {
  /** UUIDv5 of (control, subject). */
  readonly id: string;
  readonly controlId: string;
  readonly controlVersion: number;
  readonly title: string;
  readonly severity: Severity;
  readonly subjectId: string;
  readonly targetId: string;
  readonly subjectKind: SubjectKind;
  /** Of the target, else of a tag, else of the control. */
  readonly owner?: string;
  readonly reason: Reason;
  /** One sentence: the control's message for a fail, why for the others; for a pass, what was seen. */
  readonly message: string;
  readonly population: Population;
  readonly exceptions: readonly Exception[];
  readonly unseen: readonly UnseenItem[];
  readonly params: Readonly<Record<string, EffectiveParam>>;
  /** The facts read, with the time of each; `evidence` numbers resolve in `observations/<subject>.json`. */
  readonly observations: readonly { readonly fact: string; readonly at: string }[];
  readonly evidence: readonly string[];
  readonly requirements: readonly {
    readonly framework: string;
    readonly id: string;
    readonly strength: Strength;
    readonly element?: string;
  }[];
}
