import {
  type Audit,
  type Control,
  type Finding,
  type JudgeInput,
  type Subject,
  type SubjectRecord,
  systemOf,
} from '../model/index.ts';
import { isInBoundary } from './boundary.ts';

/** A fold that tells how much of what a scan should have proved it did not. */
export interface Unproven {
  add(record: SubjectRecord, findings: readonly Finding[]): void;
  /** Tests in scope that came to no conclusion, whether or not anything was reached to try them on. */
  count(): number;
}

interface Wanted {
  readonly audit: Audit;
  readonly controlId: string;
}

/**
 * Unproven are: a test without a conclusion (on an optional target only where something of it was reached); every
 * test on a subject of the scope that nobody recorded; and, for each declared audit, a control that it selects and
 * that was concluded on nowhere inside its boundary.
 */
export function startUnproven({ scope, controls }: JudgeInput): Unproven {
  const selected = controls.map(({ control }) => control);
  const wanted = wantedBy(scope.audits, selected);
  const recorded = new Set<string>();
  const met = new Set<Wanted>();
  const reached = new Set<string>();
  let open = 0;
  return {
    add: (record, findings) => {
      recorded.add(record.subject.id);
      const { subject } = record;
      if (isReached(record)) reached.add(subject.id);
      else if (subject.optional && !isSideOf(subject, reached)) return;
      open += findings.filter(({ unseen }) => unseen.length > 0).length;
      for (const one of wanted) if (findings.some((finding) => isAbout(one, finding, subject))) met.add(one);
    },
    count: () => {
      const unmet = wanted.filter((one) => !met.has(one)).map(({ controlId }) => controlId);
      const unrecorded = scope.subjects.filter(({ id, optional }) => !recorded.has(id) && !optional);
      const missed = unrecorded.flatMap(({ kind }) => selected.filter(({ subject }) => subject === kind));
      return open + new Set(unmet).size + missed.length;
    },
  };
}

function wantedBy(audits: readonly Audit[], controls: readonly Control[]): readonly Wanted[] {
  return audits
    .filter(({ declared }) => declared === true)
    .flatMap((audit) =>
      controls
        .filter(({ satisfies }) => (satisfies[audit.framework] ?? []).length > 0)
        .map(({ id }) => ({ audit, controlId: id })),
    );
}

function isAbout({ audit, controlId }: Wanted, finding: Finding, subject: Subject): boolean {
  return controlId === finding.controlId && isInBoundary(audit, subject);
}

/** Records come in the order of ids, so that of a TLS endpoint before that of its HTTP side. */
function isSideOf(subject: Subject, reached: ReadonlySet<string>): boolean {
  const system = systemOf(subject);
  return system !== subject.id && reached.has(system);
}

function isReached({ observations }: SubjectRecord): boolean {
  return observations.some(({ kind }) => kind === 'seen');
}
