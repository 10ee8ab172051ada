import {
  type Audit,
  type AuditLimit,
  type JudgeInput,
  type ProfileSelect,
  type Scope,
  type Subject,
  sideOf,
  sidesOf,
  systemOf,
} from '../model/index.ts';

/**
 * A target is inside an audit's boundary when it carries one of its tags; no tags: everything is. The organisation is
 * inside every boundary.
 */
export function isInBoundary({ boundaryTags }: Audit, { kind, tags }: Subject): boolean {
  return (
    kind === 'organisation' || boundaryTags.length === 0 || boundaryTags.some((tag) => tags.includes(tag))
  );
}

/**
 * How many subjects of each kind are inside an audit's boundary: what a decision has to hold on. A side of a
 * system counts also where no selected control was about it, and so it is no subject: it is there all the same.
 */
export function populationOf(
  audit: Audit,
  { subjects, targets }: Pick<Scope, 'subjects' | 'targets'>,
): ReadonlyMap<string, number> {
  const population = new Map<string, number>();
  const ids = new Set(subjects.map(({ id }) => id));
  const declared = new Map(targets.map((target) => [target.id, sidesOf(target)]));
  const unplanned = subjects
    .filter((subject) => systemOf(subject) === subject.id)
    .flatMap((subject) => (declared.get(subject.targetId) ?? []).map((kind) => sideOf(subject, kind)))
    .filter(({ id }) => !ids.has(id));
  for (const subject of [...subjects, ...unplanned]) {
    if (isInBoundary(audit, subject)) population.set(subject.kind, (population.get(subject.kind) ?? 0) + 1);
  }
  return population;
}

/**
 * What keeps every requirement of an audit from `no-exceptions`. Without a declared audit nobody said what is in
 * scope; a narrowed selection left out tests or systems that could have found exceptions.
 */
export function limitsOf(audit: Audit, { run, scope }: JudgeInput): readonly AuditLimit[] {
  const { controls, severity, tags } = run.selection;
  const selects = scope.tailoring?.selects ?? [];
  const wholeBoundary =
    audit.boundaryTags.length > 0 && audit.boundaryTags.every((tag) => tags.includes(tag));
  return [
    ...(audit.declared === true ? [] : ['not-declared' as const]),
    ...(controls.length > 0 ? ['controls' as const] : []),
    ...(severity === 'low' ? [] : ['severity' as const]),
    ...(tags.length === 0 || wholeBoundary ? [] : ['tags' as const]),
    ...(selects.length === 0 || selects.some((each) => selectsAll(each, audit.framework))
      ? []
      : ['profile' as const]),
  ];
}

function selectsAll({ frameworks, controls, severity }: ProfileSelect, framework: string): boolean {
  const selected = frameworks.length === 0 || frameworks.includes(framework);
  return selected && controls.length === 0 && severity === 'low';
}

/** True where a control that would have helped to decide the requirement was left out, or was never asked for. */
export function isCurtailed(
  { tailoring, notAskedFor = [] }: Scope,
  framework: string,
  requirementId: string,
): boolean {
  return [...(tailoring?.excluded ?? []), ...notAskedFor].some(({ requirements }) =>
    requirements.some((each) => each.framework === framework && each.id === requirementId),
  );
}
