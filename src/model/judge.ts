import type { Assessment, ParamOverrides, Run, Scope } from './assessment.ts';
import type { ControlSource } from './control.ts';
import type { FactDefinition } from './fact-schema.ts';
import type { Finding } from './finding.ts';
import type { Framework } from './framework.ts';
import type { History } from './history.ts';
import type { SubjectRecord } from './observation.ts';

/** All that a judgement rests on besides the observations; a bundle carries every part of it. */
export interface JudgeInput {
  readonly run: Run;
  readonly scope: Scope;
  readonly overrides: ParamOverrides;
  readonly controls: readonly ControlSource[];
  readonly facts: readonly FactDefinition[];
  readonly frameworks: readonly Framework[];
  /** What earlier bundles say; absent where none was given. */
  readonly history?: History;
}

/** Judges subject by subject and keeps only the fold: a fleet is never held in memory. */
export interface Judge {
  /** Findings on one subject, ordered by control id. Subjects must come in the order of their ids, by code unit. */
  subject(record: SubjectRecord): readonly Finding[];
  finish(): Omit<Assessment, 'digests'>;
}
