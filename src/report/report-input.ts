import type { Assessment, Control, Finding, Framework, Seal, SubjectRecord } from '../model/index.ts';

/** All that a report is made from: the record, and what it points at. Sequences can be walked more than once. */
export interface ReportInput {
  readonly assessment: Assessment;
  /** Sorted by (subject, control), by code unit. */
  readonly findings: () => Iterable<Finding>;
  /** Sorted by subject id, by code unit. */
  readonly subjects: () => Iterable<SubjectRecord>;
  readonly controls: ReadonlyMap<string, Control>;
  readonly frameworks: ReadonlyMap<string, Framework>;
  readonly seal: Seal;
  /** The bundle folder's own name, without its path. */
  readonly bundleName: string;
  /** What findings stand under; absent: severity and test. */
  readonly order?: 'own-controls';
}
