import { byCodeUnit, type Finding, type SubjectRecord } from '../model/index.ts';
import type { ReportInput } from './report-input.ts';

/** A finding with what was observed of its subject. */
export interface Judged {
  readonly finding: Finding;
  /** Absent where a stopped scan never came to the subject. */
  readonly record?: SubjectRecord;
}

/** Findings that `wanted` accepts, in their order, one subject's record in memory at a time. */
export function* judged(input: ReportInput, wanted: (finding: Finding) => boolean): Iterable<Judged> {
  const records = input.subjects()[Symbol.iterator]();
  try {
    let current = records.next();
    for (const finding of input.findings()) {
      if (!wanted(finding)) continue;
      while (!current.done && byCodeUnit(current.value.subject.id, finding.subjectId) < 0)
        current = records.next();
      const found = !current.done && current.value.subject.id === finding.subjectId;
      yield found ? { finding, record: current.value } : { finding };
    }
  } finally {
    // A walk that stops early leaves no file open behind it.
    records.return?.();
  }
}

/** The findings of one subject that `wanted` accepts. */
export interface JudgedSubject {
  readonly subjectId: string;
  readonly record?: SubjectRecord;
  readonly findings: readonly Finding[];
}

export function* judgedBySubject(
  input: ReportInput,
  wanted: (finding: Finding) => boolean,
): Iterable<JudgedSubject> {
  let subject: { subjectId: string; record?: SubjectRecord; findings: Finding[] } | undefined;
  for (const { finding, record } of judged(input, wanted)) {
    if (subject?.subjectId === finding.subjectId) {
      subject.findings.push(finding);
      continue;
    }
    if (subject !== undefined) yield subject;
    subject = {
      subjectId: finding.subjectId,
      ...(record === undefined ? {} : { record }),
      findings: [finding],
    };
  }
  if (subject !== undefined) yield subject;
}
