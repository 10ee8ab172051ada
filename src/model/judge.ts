import type { Assessment } from './assessment.ts';
import type { Finding } from './finding.ts';
import type { SubjectRecord } from './observation.ts';

/** Judges subject by subject and keeps only the fold: a fleet is never held in memory. */
export interface Judge {
  /** Findings on one subject, ordered by control id. Subjects must come in the order of their ids, by code unit. */
  subject(record: SubjectRecord): readonly Finding[];
  finish(): Omit<Assessment, 'digests'>;
}
