import type {
  Audit,
  AuditResult,
  Control,
  Finding,
  Framework,
  Requirement,
  RequirementResult,
  RequirementState,
} from '../model/index.ts';

interface ControlTally {
  passed: number;
  failed: number;
  unseen: number;
}

/** A fold over findings: what the tests say of each requirement of one framework within one boundary. */
export interface RollUp {
  add(finding: Finding, subjectTags: readonly string[]): void;
  result(): AuditResult;
}

/**
 * Only links that decide something (`partial`, `full`) count; `supporting` ones are listed with the findings. Until
 * elements exist, no requirement is better than `partly-tested`.
 */
export function startRollUp(audit: Audit, framework: Framework, controls: readonly Control[]): RollUp {
  const tallies = new Map<string, ControlTally>();
  return {
    add: (finding, tags) => {
      if (isInBoundary(audit, tags)) tally(tallies, finding);
    },
    result: () => summarise(audit, framework, decidingControls(framework.id, controls), tallies),
  };
}

/** A target is inside an audit's boundary when it carries one of its tags; no tags: everything is. */
function isInBoundary(audit: Audit, tags: readonly string[]): boolean {
  return audit.boundaryTags.length === 0 || audit.boundaryTags.some((tag) => tags.includes(tag));
}

function tally(tallies: Map<string, ControlTally>, { controlId, reason }: Finding): void {
  const entry = tallies.get(controlId) ?? { passed: 0, failed: 0, unseen: 0 };
  tallies.set(controlId, entry);
  if (reason === 'pass') entry.passed += 1;
  else if (reason === 'fail') entry.failed += 1;
  else if (reason !== 'not-applicable') entry.unseen += 1;
}

function decidingControls(
  frameworkId: string,
  controls: readonly Control[],
): ReadonlyMap<string, readonly string[]> {
  const byRequirement = new Map<string, string[]>();
  for (const control of controls) {
    for (const link of control.satisfies[frameworkId] ?? []) {
      if (link.strength === 'supporting') continue;
      byRequirement.set(link.id, [...(byRequirement.get(link.id) ?? []), control.id]);
    }
  }
  return byRequirement;
}

function summarise(
  audit: Audit,
  framework: Framework,
  deciding: ReadonlyMap<string, readonly string[]>,
  tallies: ReadonlyMap<string, ControlTally>,
): AuditResult {
  const assessable = framework.requirements.filter(({ testability }) => testability !== 'rollup');
  const states: Record<RequirementState, number> = {
    'no-exceptions': 0,
    exceptions: 0,
    'partly-tested': 0,
    'not-tested': 0,
    'needs-document': 0,
    'third-party': 0,
    'not-applicable': 0,
  };
  const requirements: RequirementResult[] = [];
  for (const requirement of assessable) {
    const result = judgeRequirement(audit, requirement, deciding.get(requirement.id) ?? [], tallies);
    states[result.state] += 1;
    if (result.controls > 0) requirements.push(result);
  }
  return { audit, title: framework.title, assessable: assessable.length, states, requirements };
}

function judgeRequirement(
  audit: Audit,
  requirement: Requirement,
  controls: readonly string[],
  tallies: ReadonlyMap<string, ControlTally>,
): RequirementResult {
  const own = controls.map((id) => tallies.get(id) ?? { passed: 0, failed: 0, unseen: 0 });
  const counts = {
    controls: controls.length,
    passed: own.filter(({ passed, failed, unseen }) => passed > 0 && failed === 0 && unseen === 0).length,
    failed: own.filter(({ failed }) => failed > 0).length,
    unseen: own.filter(({ failed, unseen }) => failed === 0 && unseen > 0).length,
  };
  const someTested = own.some(({ passed }) => passed > 0);
  return { id: requirement.id, state: stateOf(audit, requirement, counts.failed > 0, someTested), ...counts };
}

function stateOf(audit: Audit, requirement: Requirement, failed: boolean, tested: boolean): RequirementState {
  const { appliesTo, testability } = requirement;
  if (appliesTo && audit.role !== undefined && !appliesTo.includes(audit.role)) return 'not-applicable';
  if (failed) return 'exceptions';
  if (tested) return 'partly-tested';
  return testability === 'manual' ? 'needs-document' : 'not-tested';
}
