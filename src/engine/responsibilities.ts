import type { Document, RequirementResult, Scope } from '../model/index.ts';
import type { Decisions } from './decisions.ts';

/** Who or what else answers for a requirement, as the scope declares it and the instant of judgement finds it. */
export interface Responsibility extends Pick<RequirementResult, 'thirdParty' | 'alternative'> {
  /** Controls that remain with the organisation, by what the tests said of them. */
  readonly remainingFailed: boolean;
  readonly remainingTested: boolean;
}

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
  const remaining = (third?.remaining ?? []).map((id) => ({ id, ...decisions.control(id) }));
  const open = remaining.filter(({ passed, failed, unseen }) => passed === 0 || failed + unseen > 0);
  return {
    remainingFailed: remaining.some(({ failed }) => failed > 0),
    remainingTested: remaining.some(({ passed }) => passed > 0),
    ...(third && {
      thirdParty: {
        party: third.party,
        document: third.document,
        current: isCurrent(third.document, judgedAt),
        remainingOpen: open.map(({ id }) => id),
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

/** Dated not after the day of judgement, in UTC, and valid through that day. */
function isCurrent({ date, expires }: Document, judgedAt: string): boolean {
  const day = judgedAt.slice(0, 10);
  return date <= day && (expires === undefined || day <= expires);
}
