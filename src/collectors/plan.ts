import { AssayError, type Subject, type Target } from '../model/index.ts';
import { withNeeds } from './collect-subject.ts';
import type { FactPlan, SessionPlan, SubjectCollector } from './collector.ts';

/** What one look at a subject of a kind asks, fact by fact, and what it costs at most. */
export interface LookPlan {
  readonly session: Omit<SessionPlan, 'at'>;
  /** Each fact after those that it needs. */
  readonly facts: readonly (Omit<FactPlan, 'at'> & { readonly fact: string })[];
  /** Facts of own controls that this version of assay cannot collect: nothing is asked for them. */
  readonly notCollected: readonly string[];
  /** Connections in one look, at most. */
  readonly connections: number;
  /** Beside those, one for each of these. */
  readonly each: readonly string[];
}

/** Whom a look is planned for. */
export interface PlannedFor {
  readonly subject: Subject;
  readonly target: Target;
}

/** A subject that was not wholly reached is looked at once more. */
export const looksAtMost = 2;

/**
 * @param whom absent: any subject of the kind
 * @throws AssayError ERR_NO_PLAN where a collector does not say what it does
 */
export function planLook(
  collector: SubjectCollector,
  wanted: readonly string[],
  whom?: PlannedFor,
): LookPlan {
  const { at, ...ofAll } = collector.plan ?? missing(collector.kind);
  const session = { ...ofAll, ...(whom && at?.(whom.subject, whom.target)) };
  const sourceOf = (fact: string) => collector.facts.find((source) => source.fact === fact);
  const known = (fact: string): boolean => sourceOf(fact) !== undefined;
  const concerned = (fact: string): boolean =>
    whom === undefined || (sourceOf(fact)?.concerns?.(whom.subject) ?? true);
  const facts = withNeeds(collector, wanted.filter(known))
    .filter(concerned)
    .map((fact) => {
      const { at: atFact, ...plan } = sourceOf(fact)?.plan ?? missing(fact);
      return { fact, ...plan, ...(whom && atFact?.(whom.subject, whom.target)) };
    });
  const all = [session, ...facts];
  return {
    session,
    facts,
    notCollected: wanted.filter((fact) => !known(fact)),
    connections: boundOf(all, session.atMost),
    each: [...new Set(all.flatMap(({ each }) => each ?? []))],
  };
}

/** What is asked of one or the other, and the higher bounds. */
export function eitherLook(one: LookPlan, other: LookPlan): LookPlan {
  const both = <T>(a: readonly T[] = [], b: readonly T[] = []): readonly T[] => [...new Set([...a, ...b])];
  const facts = new Map(one.facts.map((plan) => [plan.fact, plan]));
  for (const plan of other.facts) {
    const before = facts.get(plan.fact);
    const isMore = (plan.connections ?? 0) > (before?.connections ?? 0);
    const more = before === undefined || isMore ? plan : before;
    facts.set(plan.fact, { ...more, requests: both(before?.requests, plan.requests) });
  }
  return {
    ...(one.connections < other.connections ? other : one),
    session: {
      ...(one.connections < other.connections ? other : one).session,
      requests: both(one.session.requests, other.session.requests),
      presentsToo: both(one.session.presentsToo, other.session.presentsToo),
    },
    facts: [...facts.values()],
  };
}

function boundOf(plans: readonly Omit<FactPlan, 'at'>[], atMost = Number.POSITIVE_INFINITY): number {
  const sum = plans.reduce((total, { connections = atMost }) => total + connections, 0);
  return Math.min(sum, atMost);
}

function missing(what: string): never {
  throw new AssayError('ERR_NO_PLAN', `expected ${what} to say what it asks, got nothing`, {
    remedy: 'This is a defect of assay: report it with the command that shows it.',
  });
}
