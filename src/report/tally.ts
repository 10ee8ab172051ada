import { byCodeUnit, type Finding, type Json, type Severity } from '../model/index.ts';
import type { ReportInput } from './report-input.ts';
import { type SubjectTally, tallySubjects } from './subject-tally.ts';

/** Findings that conclude nothing, for one and the same reason. */
interface NotTestedGroup {
  readonly reason: 'unseen' | 'error';
  readonly code: string;
  /** As the first finding of the group says it. */
  readonly message: string;
  readonly remedy: string;
  findings: number;
  subjects: number;
  readonly controls: Set<string>;
}

interface SeverityTally {
  findings: number;
  items: number;
  subjects: number;
  readonly controls: Set<string>;
  /** By owner; the empty key is for what nobody answers for. */
  readonly owners: Map<string, OwnerTally>;
}

/** What one owner has to see to, of one severity. */
export interface OwnerTally {
  findings: number;
  items: number;
  subjects: number;
  /** The earliest day on which one of them is due. */
  due?: string;
  overdue: number;
}

interface ChangedParam {
  readonly control: string;
  readonly param: string;
  readonly value: Json;
  readonly origin: string;
  subjects: number;
}

/** What page 1 and the summary say, from one walk over the findings and one over the subjects. */
export interface Tally extends SubjectTally {
  /** Most findings first. */
  readonly notTested: readonly NotTestedGroup[];
  readonly bySeverity: ReadonlyMap<Severity, SeverityTally>;
  readonly changedParams: readonly ChangedParam[];
  /** Items not seen in findings that have exceptions all the same. */
  readonly unseenBesideExceptions: number;
}

interface Counting {
  readonly groups: Map<string, NotTestedGroup>;
  readonly lastSubject: Map<object, string>;
  readonly bySeverity: Map<Severity, SeverityTally>;
  readonly params: Map<string, ChangedParam>;
  unseenBesideExceptions: number;
  /** The day of judgement. */
  readonly today: string;
}

export function tally(input: ReportInput): Tally {
  const counting: Counting = {
    groups: new Map(),
    lastSubject: new Map(),
    bySeverity: new Map(),
    params: new Map(),
    unseenBesideExceptions: 0,
    today: input.assessment.run.judgedAt.slice(0, 10),
  };
  for (const finding of input.findings()) countFinding(counting, finding);
  const notTested = [...counting.groups.values()].sort(
    (a, b) => b.findings - a.findings || byCodeUnit(a.code, b.code) || byCodeUnit(a.message, b.message),
  );
  return {
    notTested,
    bySeverity: counting.bySeverity,
    changedParams: [...counting.params.values()].sort(
      (a, b) =>
        byCodeUnit(a.control, b.control) || byCodeUnit(a.param, b.param) || byCodeUnit(a.origin, b.origin),
    ),
    unseenBesideExceptions: counting.unseenBesideExceptions,
    ...tallySubjects(input),
  };
}

function countFinding(counting: Counting, finding: Finding): void {
  if (finding.reason === 'unseen' || finding.reason === 'error')
    countNotTested(counting, finding, finding.reason);
  if (finding.reason === 'fail') countFailure(counting, finding);
  for (const [param, { value, origin }] of Object.entries(finding.params)) {
    if (origin === 'control') continue;
    const key = JSON.stringify([finding.controlId, param, origin, value]);
    const changed = counting.params.get(key) ?? {
      control: finding.controlId,
      param,
      value,
      origin,
      subjects: 0,
    };
    changed.subjects += 1;
    counting.params.set(key, changed);
  }
}

function countNotTested(counting: Counting, finding: Finding, reason: 'unseen' | 'error'): void {
  const why = finding.unseen[0];
  const code = why?.code ?? 'ERR_INTERNAL';
  const key = `${reason} ${code}`;
  const group = counting.groups.get(key) ?? {
    reason,
    code,
    message: why?.message ?? finding.message,
    remedy: why?.remedy ?? '',
    findings: 0,
    subjects: 0,
    controls: new Set<string>(),
  };
  counting.groups.set(key, group);
  group.findings += 1;
  group.controls.add(finding.controlId);
  countSubject(counting, group, finding);
}

function countFailure(counting: Counting, finding: Finding): void {
  const severity = counting.bySeverity.get(finding.severity) ?? {
    findings: 0,
    items: 0,
    subjects: 0,
    controls: new Set<string>(),
    owners: new Map<string, OwnerTally>(),
  };
  counting.bySeverity.set(finding.severity, severity);
  severity.findings += 1;
  severity.items += finding.population.exceptions;
  severity.controls.add(finding.controlId);
  counting.unseenBesideExceptions += finding.population.unseen;
  countSubject(counting, severity, finding);
  countOwner(counting, severity.owners, finding);
}

function countOwner(counting: Counting, owners: Map<string, OwnerTally>, finding: Finding): void {
  const name = finding.owner ?? '';
  const owner = owners.get(name) ?? { findings: 0, items: 0, subjects: 0, overdue: 0 };
  owners.set(name, owner);
  owner.findings += 1;
  owner.items += finding.population.exceptions;
  countSubject(counting, owner, finding);
  for (const { due } of finding.exceptions) {
    if (due === undefined) continue;
    if (owner.due === undefined || due < owner.due) owner.due = due;
    if (due < counting.today) owner.overdue += 1;
  }
}

/** Findings come subject by subject, so a subject is new to a group where it is not the group's last one. */
function countSubject(counting: Counting, group: { subjects: number }, finding: Finding): void {
  if (counting.lastSubject.get(group) === finding.subjectId) return;
  counting.lastSubject.set(group, finding.subjectId);
  group.subjects += 1;
}
