import type { Element, Finding, Requirement, Subject, SubjectKind } from '../model/index.ts';

/** On how many subjects a control passed, failed, or could not be concluded. */
export interface ControlTally {
  readonly passed: number;
  readonly failed: number;
  readonly unseen: number;
  /** Its parameters were looser than the default on one of them. */
  readonly loosened: boolean;
}

/** A fold over subjects: what tests decide of the elements of one framework's requirements. */
export interface Decisions {
  add(subject: Subject, findings: readonly Finding[]): void;
  control(id: string): ControlTally;
  /** On how many subjects of a kind an element was decided without an exception. */
  decided(requirementId: string, elementId: string, kind: string): number;
}

interface Verdict {
  passed: boolean;
  open: boolean;
}

const nothing: ControlTally = { passed: 0, failed: 0, unseen: 0, loosened: false };

/**
 * An element is decided on a subject where a test of it passed and none failed or came to no conclusion. A pass by
 * parameters looser than the default decides nothing: the link was judged by the default.
 */
export function startDecisions(frameworkId: string, requirements: readonly Requirement[]): Decisions {
  const byId = new Map(requirements.map((requirement) => [requirement.id, requirement]));
  const controls = new Map<string, ControlTally>();
  const decided = new Map<string, number>();
  return {
    add: ({ kind }, findings) => {
      const verdicts = new Map<string, Verdict>();
      for (const finding of findings) {
        controls.set(finding.controlId, counted(controls.get(finding.controlId) ?? nothing, finding));
        for (const key of keysOf(finding, kind, frameworkId, byId)) note(verdicts, key, finding);
      }
      for (const [key, { passed, open }] of verdicts) {
        if (passed && !open) decided.set(key, (decided.get(key) ?? 0) + 1);
      }
    },
    control: (id) => controls.get(id) ?? nothing,
    decided: (requirementId, elementId, kind) => decided.get(keyOf(requirementId, elementId, kind)) ?? 0,
  };
}

function counted(tally: ControlTally, finding: Finding): ControlTally {
  const { reason } = finding;
  const { passed, failed, unseen } = tally;
  return {
    passed: passed + (reason === 'pass' ? 1 : 0),
    failed: failed + (reason === 'fail' ? 1 : 0),
    unseen: unseen + (reason === 'unseen' || reason === 'error' ? 1 : 0),
    loosened: tally.loosened || isLoosened(finding),
  };
}

function isLoosened({ params }: Finding): boolean {
  return Object.values(params).some(({ looser }) => looser === true);
}

function keyOf(...parts: readonly string[]): string {
  return parts.join('\n');
}

/** The elements that a finding speaks of: the one a partial link names, all of its kind for a full one. */
function keysOf(
  { requirements }: Finding,
  kind: SubjectKind,
  frameworkId: string,
  byId: ReadonlyMap<string, Requirement>,
): readonly string[] {
  return requirements
    .filter(({ framework, strength }) => framework === frameworkId && strength !== 'supporting')
    .flatMap(({ id, strength, element }) => {
      const elements = byId.get(id)?.elements ?? [];
      const meant = (each: Element): boolean => strength === 'full' || each.id === element;
      return elements
        .filter((each) => meant(each) && each.kinds.includes(kind))
        .map((each) => keyOf(id, each.id, kind));
    });
}

function note(verdicts: Map<string, Verdict>, key: string, finding: Finding): void {
  const verdict = verdicts.get(key) ?? { passed: false, open: false };
  verdicts.set(key, verdict);
  if (finding.reason === 'not-applicable') return;
  if (finding.reason === 'pass' && !isLoosened(finding)) verdict.passed = true;
  else verdict.open = true;
}
