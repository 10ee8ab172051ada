import type {
  Audit,
  AuditResult,
  Control,
  Finding,
  Framework,
  JudgeInput,
  Requirement,
  RequirementResult,
  RequirementState,
  Subject,
} from '../model/index.ts';
import { isCurtailed, isInBoundary, limitsOf, populationOf } from './boundary.ts';
import { type Decisions, startDecisions } from './decisions.ts';
import { tallyElements } from './elements.ts';
import { combined, outsideOf, ownState, untestedState } from './requirement-state.ts';
import { responsibilityOf } from './responsibilities.ts';

/** A fold over subjects: what the tests say of each requirement of one framework within one boundary. */
export interface RollUp {
  add(subject: Subject, findings: readonly Finding[]): void;
  result(): AuditResult;
}

/** What all requirements of one audit are judged by. */
interface Grounds {
  readonly audit: Audit;
  readonly framework: Framework;
  readonly input: JudgeInput;
  readonly decisions: Decisions;
  readonly population: ReadonlyMap<string, number>;
  readonly deciding: ReadonlyMap<string, readonly Deciding[]>;
  readonly limited: boolean;
}

interface Deciding {
  readonly controlId: string;
  readonly full: boolean;
}

/** Only links that decide something (`partial`, `full`) count; `supporting` ones are listed with the findings. */
export function startRollUp(audit: Audit, framework: Framework, input: JudgeInput): RollUp {
  const decisions = startDecisions(framework.id, framework.requirements);
  return {
    add: (subject, findings) => {
      if (isInBoundary(audit, subject)) decisions.add(subject, findings);
    },
    result: () => {
      const limits = limitsOf(audit, input);
      const results = judgeAll({
        audit,
        framework,
        input,
        decisions,
        population: populationOf(audit, input.scope),
        deciding: decidingControls(
          framework.id,
          input.controls.map(({ control }) => control),
        ),
        limited: limits.length > 0,
      });
      return summarise(audit, framework, limits, results);
    },
  };
}

function decidingControls(
  frameworkId: string,
  controls: readonly Control[],
): ReadonlyMap<string, readonly Deciding[]> {
  const byRequirement = new Map<string, Map<string, Deciding>>();
  for (const { id: controlId, satisfies } of controls) {
    for (const { id, strength } of satisfies[frameworkId] ?? []) {
      if (strength === 'supporting') continue;
      const own = byRequirement.get(id) ?? new Map<string, Deciding>();
      const full = strength === 'full' || own.get(controlId)?.full === true;
      byRequirement.set(id, own.set(controlId, { controlId, full }));
    }
  }
  return new Map([...byRequirement].map(([id, own]) => [id, [...own.values()]]));
}

/** Parents stand above their children, so from the last to the first every child is judged before its parent. */
function judgeAll(grounds: Grounds): ReadonlyMap<string, RequirementResult> {
  const results = new Map<string, RequirementResult>();
  const under = new Map<string, RequirementState[]>();
  for (const requirement of [...grounds.framework.requirements].reverse()) {
    const children = under.get(requirement.id) ?? [];
    if (requirement.testability !== 'rollup')
      results.set(requirement.id, judgeRequirement(requirement, children, grounds));
    const result = results.get(requirement.id);
    const states = result === undefined ? children : [result.state];
    const above = requirement.parent;
    if (above !== null) under.set(above, [...(under.get(above) ?? []), ...states]);
  }
  return results;
}

function judgeRequirement(
  requirement: Requirement,
  children: readonly RequirementState[],
  grounds: Grounds,
): RequirementResult {
  const { audit, framework, input, decisions, population, limited } = grounds;
  const { id } = requirement;
  const own = (grounds.deciding.get(id) ?? []).map((each) => ({
    ...each,
    ...decisions.control(each.controlId),
  }));
  const clean = own.filter(({ passed, failed, unseen }) => passed > 0 && failed + unseen === 0);
  const counts = {
    controls: own.length,
    passed: clean.length,
    failed: own.filter(({ failed }) => failed > 0).length,
    unseen: own.filter(({ failed, unseen }) => failed === 0 && unseen > 0).length,
  };
  const outside = outsideOf(audit, requirement);
  if (outside !== undefined) return { id, state: 'not-applicable', ...counts, outside };
  const tallied = tallyElements(requirement, decisions, population);
  const responsibility = responsibilityOf(input.scope, input.run.judgedAt, framework.id, id, decisions);
  const { thirdParty, alternative } = responsibility;
  const loosened = own.filter(({ loosened }) => loosened).map(({ controlId }) => controlId);
  const tested = own.some(({ passed }) => passed > 0);
  const state = ownState(requirement, {
    counts,
    tested,
    fullPassed: clean.some(({ full }) => full),
    elements: tallied.elements,
    responsibility,
    limited: limited || isCurtailed(input.scope, framework.id, id),
  });
  return {
    id,
    ...counts,
    ...tallied,
    ...(loosened.length === 0 ? {} : { loosened }),
    ...(thirdParty && { thirdParty }),
    ...(alternative && { alternative }),
    ...withChildren(requirement, { state, controls: counts.controls, tested }, children),
  };
}

/**
 * The state together with what stands under it. A requirement that tests could decide, and that nothing decides but
 * what stands under it, has no say of its own.
 */
function withChildren(
  { aggregatesChildren, testability, elements = [] }: Requirement,
  own: { readonly state: RequirementState; readonly controls: number; readonly tested: boolean },
  children: readonly RequirementState[],
): Pick<RequirementResult, 'state' | 'children'> {
  const applicable = children.filter((state) => state !== 'not-applicable');
  if (aggregatesChildren !== true || applicable.length === 0) return { state: own.state };
  const silent =
    own.state === 'not-tested' && testability === 'automated' && own.controls === 0 && elements.length === 0;
  const counts: Partial<Record<RequirementState, number>> = {};
  for (const state of applicable) counts[state] = (counts[state] ?? 0) + 1;
  const state = combined(silent ? applicable : [own.state, ...applicable]);
  return { state: state === 'not-tested' && own.tested ? 'partly-tested' : state, children: counts };
}

function summarise(
  audit: Audit,
  { title, requirements: tree }: Framework,
  limits: NonNullable<AuditResult['limits']>,
  results: ReadonlyMap<string, RequirementResult>,
): AuditResult {
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
  for (const requirement of tree) {
    const result = results.get(requirement.id);
    if (result === undefined) continue;
    states[result.state] += 1;
    if (isTold(requirement, result)) requirements.push(result);
  }
  const limited = limits.length === 0 ? {} : { limits };
  return { audit, title, ...limited, assessable: results.size, states, requirements };
}

function isTold(requirement: Requirement, { state, controls, thirdParty, alternative }: RequirementResult) {
  const declared = thirdParty !== undefined || alternative !== undefined;
  return controls > 0 || declared || state !== untestedState(requirement);
}
