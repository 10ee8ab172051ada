import {
  AssayError,
  type CollectedObservation,
  type CollectedRecord,
  type Json,
  type Subject,
  type Target,
} from '../model/index.ts';
import type { CollectContext, Collected, FactCollector, Session, SubjectCollector } from './collector.ts';
import { startDeadline, withoutHurry } from './deadline.ts';
import { orAborted, settled } from './interruptible.ts';
import { networkFailure } from './network-error.ts';

/** One look at one subject. */
export interface Look {
  readonly target: Target;
  readonly subject: Subject;
  /** Facts wanted, by name; what they need is collected and recorded too. */
  readonly facts: readonly string[];
  readonly vantage: string;
  readonly attempt: number;
  readonly clock: () => Date;
}

/** Limits of connections are multiplied by this for a whole subject: a server that drips cannot hold the scan. */
export const subjectDeadlineFactor = 12;
const closeLimitMs = 1_000;

/**
 * Looks at one subject once, in one session. Never throws: whatever goes wrong becomes an `Unseen`, here and nowhere
 * else.
 */
export async function collectSubject(
  collector: SubjectCollector,
  look: Look,
  context: CollectContext,
): Promise<CollectedRecord> {
  const deadline = startDeadline(context.timeoutMs * subjectDeadlineFactor);
  const wanted = withNeeds(collector, look.facts).filter((fact) => concerns(collector, fact, look.subject));
  const bounded = {
    ...context,
    attempt: look.attempt,
    facts: wanted,
    clock: look.clock,
    scan: context.signal,
    signal: AbortSignal.any([context.signal, deadline.signal]),
    ...(context.pace === undefined ? {} : { pace: withoutHurry(context.pace, deadline) }),
  };
  const run = startRun(collector, look, bounded, context.signal);
  const observations: CollectedObservation[] = [];
  for (const fact of wanted) observations.push(await run.observe(fact));
  await run.close();
  deadline.clear();
  return {
    format: 0,
    subject: look.subject,
    vantage: look.vantage,
    ...run.identity(),
    observations: observations.sort((a, b) => (a.fact < b.fact ? -1 : 1)),
  };
}

/** A record in which nothing was seen, for one reason. */
export function unseenRecord(look: Look, error: AssayError): CollectedRecord {
  const at = look.clock().toISOString();
  return {
    format: 0,
    subject: look.subject,
    vantage: look.vantage,
    identity: {},
    connections: 0,
    observations: [...look.facts].sort().map((fact) => unseen(fact, look, at, at, error)),
  };
}

/** Facts with what they need, each after what it needs. */
export function withNeeds(collector: SubjectCollector, facts: readonly string[]): readonly string[] {
  const ordered = new Set<string>();
  const visit = (fact: string): void => {
    for (const need of collector.facts.find((candidate) => candidate.fact === fact)?.needs ?? []) visit(need);
    ordered.add(fact);
  };
  for (const fact of facts) visit(fact);
  return [...ordered];
}

function concerns(collector: SubjectCollector, fact: string, subject: Subject): boolean {
  const source = collector.facts.find((candidate) => candidate.fact === fact);
  return source?.concerns?.(subject) ?? true;
}

interface CollectorRun {
  observe(fact: string): Promise<CollectedObservation>;
  identity(): Pick<CollectedRecord, 'identity' | 'principal' | 'connections'>;
  close(): Promise<void>;
}

function startRun(
  collector: SubjectCollector,
  look: Look,
  context: CollectContext,
  scan: AbortSignal,
): CollectorRun {
  const where = look.subject.address ?? look.subject.host;
  let opened: Promise<Session> | undefined;
  let session: Session | undefined;
  let beside = 0;
  const collected = new Map<string, Promise<Collected>>();
  const open = async (): Promise<{ readonly session: Session }> => {
    const opening = (): Promise<Session> => {
      opened ??= collector.open(look.target, look.subject, context);
      return opened;
    };
    session = await orAborted(opening, where, context.signal);
    return { session };
  };
  const collect = (fact: string): Promise<Collected> => {
    const before = collected.get(fact);
    if (before) return before;
    const result = collectFact(fact);
    collected.set(fact, result);
    return result;
  };
  const collectFact = async (fact: string): Promise<Collected> => {
    const source = sourceOf(collector, fact);
    const read = async (name: string): Promise<Json> => (await collect(name)).value;
    const entered = await open().catch((why: unknown) => outside(source, why));
    const found = await orAborted(
      () => ('collect' in entered ? entered.collect() : source.collect(entered.session, read, context)),
      where,
      context.signal,
    );
    beside += found.connections ?? 0;
    return found;
  };
  const outside = ({ collectOutside }: FactCollector, why: unknown): { collect(): Promise<Collected> } => {
    if (collectOutside === undefined || !(why instanceof AssayError)) throw why;
    return { collect: () => collectOutside(look, why, context) };
  };
  return {
    observe: (fact) => observe(fact, look, scan, () => collect(fact)),
    identity: () => ({
      identity: session?.identity ?? {},
      ...(session?.principal ? { principal: session.principal } : {}),
      connections: (session?.connections ?? 0) + beside,
    }),
    close: async () => {
      // A session that cannot be closed properly has already told what it had to tell.
      await settled(
        opened?.then((late) => late.close()),
        closeLimitMs,
      );
    },
  };
}

function sourceOf(collector: SubjectCollector, fact: string): FactCollector {
  const source = collector.facts.find((candidate) => candidate.fact === fact);
  if (source) return source;
  throw new AssayError('ERR_NO_COLLECTOR', `expected a collector for ${fact}, got none`, {
    remedy: 'Use controls whose facts this version of assay can collect.',
  });
}

async function observe(
  fact: string,
  look: Look,
  scan: AbortSignal,
  collect: () => Promise<Collected>,
): Promise<CollectedObservation> {
  const startedAt = look.clock().toISOString();
  try {
    const { value, method, completeness, requests, evidence, withheld } = await collect();
    const endedAt = look.clock().toISOString();
    return {
      kind: 'seen',
      fact,
      method,
      startedAt,
      endedAt,
      attempts: look.attempt,
      requests,
      evidence,
      value,
      completeness,
      withheld: withheld ?? [],
    };
  } catch (error) {
    return unseen(fact, look, startedAt, look.clock().toISOString(), explain(error, fact, look, scan));
  }
}

function unseen(
  fact: string,
  look: Look,
  startedAt: string,
  endedAt: string,
  error: AssayError,
): CollectedObservation {
  return {
    kind: 'unseen',
    fact,
    method: 'TEST',
    startedAt,
    endedAt,
    attempts: look.attempt,
    requests: [],
    evidence: error.evidence,
    reason: {
      code: error.code,
      message: error.message,
      remedy: error.remedy ?? 'See the message, then scan again.',
    },
  };
}

/** A subject stopped by its own deadline timed out; a collector that throws something unforeseen has a defect. */
function explain(error: unknown, fact: string, { subject }: Look, scan: AbortSignal): AssayError {
  const stopped = error instanceof AssayError && error.code === 'ERR_INTERRUPTED';
  if (stopped && !scan.aborted) return networkFailure('timed-out', subject.address ?? subject.host);
  if (error instanceof AssayError) return error;
  const what = error instanceof Error ? error.name : typeof error;
  return new AssayError('ERR_COLLECTOR', `expected ${fact} or a reason, got a ${what} from its collector`, {
    cause: error,
    remedy: 'This is a defect of assay: report it with the command that shows it.',
  });
}
