import { AssayError } from '../model/index.ts';
import { withNeeds } from './collect-subject.ts';
import type { FactPlan, SessionPlan, SubjectCollector } from './collector.ts';

/** What one look at a subject of a kind asks, fact by fact, and what it costs at most. */
export interface LookPlan {
  readonly session: SessionPlan;
  /** Each fact after those that it needs. */
  readonly facts: readonly (FactPlan & { readonly fact: string })[];
  /** Facts of own controls that this version of assay cannot collect: nothing is asked for them. */
  readonly notCollected: readonly string[];
  /** Connections in one look, at most. */
  readonly connections: number;
  /** Beside those, one for each of these. */
  readonly each: readonly string[];
}

/** A subject that was not wholly reached is looked at once more. */
export const looksAtMost = 2;

/** @throws AssayError ERR_NO_PLAN where a collector does not say what it does */
export function planLook(collector: SubjectCollector, wanted: readonly string[]): LookPlan {
  const { plan: session = missing(collector.kind) } = collector;
  const known = (fact: string): boolean => collector.facts.some((source) => source.fact === fact);
  const facts = withNeeds(collector, wanted.filter(known)).map((fact) => {
    const source = collector.facts.find((candidate) => candidate.fact === fact);
    return { fact, ...(source?.plan ?? missing(fact)) };
  });
  const all = [session, ...facts];
  return {
    session,
    facts,
    notCollected: wanted.filter((fact) => !known(fact)),
    connections: boundOf(all, session.atMost),
    each: all.flatMap(({ each }) => each ?? []),
  };
}

function boundOf(plans: readonly FactPlan[], atMost = Number.POSITIVE_INFINITY): number {
  const sum = plans.reduce((total, { connections = atMost }) => total + connections, 0);
  return Math.min(sum, atMost);
}

function missing(what: string): never {
  throw new AssayError('ERR_NO_PLAN', `expected ${what} to say what it asks, got nothing`, {
    remedy: 'This is a defect of assay: report it with the command that shows it.',
  });
}
