import type { Document, RemainingControl, RequirementResult, Scope } from '../model/index.ts';
import type { ControlTally, Decisions } from './decisions.ts';

/** Who or what else answers for a requirement, as the scope declares it and the instant of judgement finds it. */
export interface Responsibility extends Pick<RequirementResult, 'thirdParty' | 'alternative'> {}

/**
 * @param judgedAt the recorded instant: never the clock
 */
export function responsibilityOf(
  scope: Scope,
  judgedAt: string,
  framework: string,
  requirementId: string,
  decisions: Decisions,
): Responsibility {
  const third = scope.thirdParties?.find(
    (each) => each.framework === framework && each.requirements.includes(requirementId),
  );
  const other = scope.alternatives?.find(
    (each) => each.framework === framework && each.requirement === requirementId,
  );
  return {
    ...(third && {
      thirdParty: {
        party: third.party,
        document: third.document,
        current: isCurrent(third.document, judgedAt),
        remaining: third.remaining.map((id) => remainingControl(id, decisions.control(id))),
      },
    }),
    ...(other && {
      alternative: {
        reason: other.reason,
        approvedBy: other.approvedBy,
        document: other.document,
        current: isCurrent(other.document, judgedAt),
      },
    }),
  };
}

function remainingControl(id: string, { passed, failed, unseen, loosened }: ControlTally): RemainingControl {
  return { id, passed, failed, unseen, closed: passed > 0 && failed + unseen === 0 && !loosened };
}

/** Dated not after the day of judgement, in UTC, and valid through that day. */
function isCurrent({ date, expires }: Document, judgedAt: string): boolean {
  const day = judgedAt.slice(0, 10);
  return date <= day && (expires === undefined || day <= expires);
}
