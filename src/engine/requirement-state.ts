import type { Audit, Requirement, RequirementResult, RequirementState } from '../model/index.ts';
import type { Responsibility } from './responsibilities.ts';

/** What is known of one requirement by itself, before what stands under it. */
export interface OwnGrounds {
  /** Controls that decide something of it, as `RequirementResult` counts them. */
  readonly counts: Pick<RequirementResult, 'controls' | 'passed' | 'failed' | 'unseen'>;
  /** A deciding control passed somewhere. */
  readonly tested: boolean;
  /** A `full` control passed wherever it looked. */
  readonly fullPassed: boolean;
  readonly elements: RequirementResult['elements'];
  readonly responsibility: Responsibility;
  /** Something was left out of the scan or of its scope, so nothing can be free of exceptions. */
  readonly limited: boolean;
}

/** Why an audit leaves a requirement out; undefined where it does not. */
export function outsideOf(
  { role, categories }: Audit,
  { appliesTo, category }: Requirement,
): RequirementResult['outside'] {
  if (appliesTo && role !== undefined && !appliesTo.includes(role)) return 'role';
  if (category !== undefined && categories && !categories.includes(category)) return 'category';
  return undefined;
}

/** The state of a requirement that nothing was tested of. */
export function untestedState({ testability }: Requirement): RequirementState {
  return testability === 'manual' ? 'needs-document' : 'not-tested';
}

/** The state by the requirement's own links and declarations: exceptions first, then who else answers for it. */
export function ownState(requirement: Requirement, grounds: OwnGrounds): RequirementState {
  const { counts, tested } = grounds;
  const { thirdParty, alternative } = grounds.responsibility;
  if (thirdParty?.remaining.some(({ failed }) => failed > 0)) return 'exceptions';
  if (counts.failed > 0) {
    // 45 CFR 164.306(d)(3): an addressable specification may be met in another way that is documented.
    const closed = requirement.kind === 'addressable' && alternative?.current === true;
    return closed ? 'needs-document' : 'exceptions';
  }
  if (thirdParty) return thirdPartyState(thirdParty, grounds);
  if (isDecided(requirement, grounds)) return 'no-exceptions';
  return tested ? 'partly-tested' : untestedState(requirement);
}

/** A report answers for what somebody else does; what stays with the organisation has to be tested, all of it. */
function thirdPartyState(
  { current, remaining }: NonNullable<Responsibility['thirdParty']>,
  { counts, tested, limited }: OwnGrounds,
): RequirementState {
  if (!current) return 'needs-document';
  const cleared = remaining.every(({ closed }) => closed) && !(limited && remaining.length > 0);
  if (cleared && counts.unseen === 0) return 'third-party';
  return tested || remaining.some(({ passed }) => passed > 0) ? 'partly-tested' : 'not-tested';
}

/** Every element decided, and not by one partial control alone, whatever the tree says that its elements are. */
function isDecided({ testability }: Requirement, grounds: OwnGrounds): boolean {
  const { counts, elements, fullPassed, limited } = grounds;
  return (
    testability === 'automated' &&
    !limited &&
    elements !== undefined &&
    elements.decided === elements.of &&
    counts.unseen === 0 &&
    (fullPassed || counts.passed > 1)
  );
}

const untested = ['not-tested', 'needs-document', 'third-party'] as const;

/** One state for several, the worst first; tested in part where some of them are tested and others not. */
export function combined(states: readonly RequirementState[]): RequirementState {
  if (states.includes('exceptions')) return 'exceptions';
  if (states.every((state) => state === 'no-exceptions')) return 'no-exceptions';
  if (states.some((state) => state === 'no-exceptions' || state === 'partly-tested')) return 'partly-tested';
  return untested.find((state) => states.includes(state)) ?? 'not-applicable';
}
