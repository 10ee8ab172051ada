import { hostname } from 'node:os';
import { type CollectProgress, type CollectTask, collect } from '../collectors/collect.ts';
import type { CollectContext } from '../collectors/collector.ts';
import { loadCollector } from '../collectors/index.ts';
import { connectionsPerHost, startPace } from '../collectors/pace.ts';
import { whyUnreachable } from '../collectors/reach.ts';
import type { LoadedControl } from '../config/load-control.ts';
import { evaluate, type FactKnowledge } from '../engine/evaluate.ts';
import { factValidators } from '../engine/fact-validation.ts';
import { effectiveParams } from '../engine/params.ts';
import {
  byCodeUnit,
  type CollectedObservation,
  type CollectedRecord,
  type Completeness,
  type Principal,
  type Severity,
  type Subject,
  type UnseenItem,
  type UnseenReason,
} from '../model/index.ts';
import { choose } from './chosen.ts';
import type { Library } from './library.ts';
import type { PreparedRequest } from './scan-request.ts';
import { tasksOf } from './scan-tasks.ts';

/** What can be observed of every system from here, with the logins that the targets name. */
export interface Diagnosis {
  /** Host that looked. */
  readonly vantage: string;
  readonly subjects: readonly Examination[];
}

export interface Examination extends Pick<Subject, 'id' | 'kind' | 'locator' | 'host' | 'address' | 'port'> {
  /** Whether a connection opens; of what is not asked over one of its own, unknown. */
  readonly reach: 'reached' | 'not-reached' | 'unknown';
  /** Why nothing at all was seen; absent where something was. */
  readonly failure?: UnseenReason;
  /** As whom, where there is a log-in. */
  readonly login?: Principal;
  readonly saysOfItself: Readonly<Record<string, string>>;
  readonly connections: number;
  readonly facts: readonly Sight[];
  /** Controls that are about this kind of system. */
  readonly controls: number;
  readonly notTested: readonly NotTested[];
}

/** How much of one fact was seen. */
export type Sight =
  | { readonly fact: string; readonly sight: 'seen' }
  | { readonly fact: string; readonly sight: 'partly'; readonly missing: Completeness['missing'] }
  | { readonly fact: string; readonly sight: 'unseen'; readonly reason: UnseenReason };

/** A control that a scan would come to no conclusion on, and why: each cause once. */
export interface NotTested {
  readonly control: string;
  readonly severity: Severity;
  readonly causes: readonly Pick<UnseenItem, 'fact' | 'code' | 'message' | 'remedy'>[];
}

export interface DoctorOptions {
  readonly signal: AbortSignal;
  readonly onPlan: (plan: { readonly targets: number }) => void;
  readonly onTask: (task: CollectTask) => void;
  readonly onProgress: (event: CollectProgress) => void;
}

/**
 * Looks as a scan does, without what has to be asked for, and keeps nothing but what could be seen.
 *
 * @throws AssayError for what is wrong with the request
 */
export async function diagnose(
  request: PreparedRequest,
  library: Library,
  { signal, onPlan, onTask, onProgress }: DoctorOptions,
): Promise<Diagnosis> {
  const { probes: _, ...selection } = request.selection;
  const { controls, targets } = choose({ ...request, selection }, library);
  const { clock, concurrency, env, maxRate, timeoutMs } = request;
  const vantage = hostname();
  const context: CollectContext = {
    ...{ timeoutMs, signal, env },
    scanName: 'assay/doctor',
    pace: startPace({ maxRate, perHost: connectionsPerHost }),
  };
  const conclude = concluding(controls, request, library);
  const tasks = new Map<string, CollectTask>();
  const subjects: Examination[] = [];
  onPlan({ targets: targets.length });
  await collect(
    noting(tasksOf(targets, controls, signal), (task) => {
      tasks.set(task.subject.id, task);
      onTask(task);
    }),
    { context, collectorOf: loadCollector, vantage, concurrency, clock, onProgress },
    async (record) => {
      const task = tasks.get(record.subject.id);
      subjects.push({
        ...examined(record),
        reach: await reachOf(record, task, context),
        ...conclude(record),
      });
    },
  );
  return { vantage, subjects: subjects.sort((a, b) => byCodeUnit(a.id, b.id)) };
}

/** Whether everything that was asked for was seen whole, and every control would come to a conclusion. */
export const isWhole = ({ subjects }: Diagnosis): boolean =>
  subjects.every(
    ({ facts, notTested }) =>
      facts.length > 0 && notTested.length === 0 && facts.every(({ sight }) => sight === 'seen'),
  );

async function* noting<T>(items: AsyncIterable<T>, note: (item: T) => void): AsyncGenerator<T> {
  for await (const item of items) {
    note(item);
    yield item;
  }
}

function examined({ subject, identity, principal, connections, observations }: CollectedRecord) {
  const { id, kind, locator, host, address, port } = subject;
  const failure = failureOf(observations);
  return {
    ...{ id, kind, locator, host, port },
    ...(address === undefined ? {} : { address }),
    ...(failure === undefined ? {} : { failure }),
    ...(principal === undefined ? {} : { login: principal }),
    saysOfItself: identity,
    connections,
    facts: observations.map(sightOf),
  };
}

/** The one reason why nothing was seen. */
function failureOf(observations: readonly CollectedObservation[]): UnseenReason | undefined {
  const reasons = observations.map((one) => (one.kind === 'unseen' ? one.reason : undefined));
  const [first] = reasons;
  return reasons.every((one) => one?.message === first?.message) ? first : undefined;
}

function sightOf(observation: CollectedObservation): Sight {
  const { fact } = observation;
  if (observation.kind === 'unseen') return { fact, sight: 'unseen', reason: observation.reason };
  const missing = observation.completeness.flatMap((list) => list.missing);
  return missing.length === 0
    ? { fact, sight: 'seen' }
    : { fact, sight: 'partly', missing: distinct(missing) };
}

/** Lists of one fact may miss the same for the same reason. */
function distinct<T>(items: readonly T[]): readonly T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}

/** A connection that broke says little of whether one opens: a knock tells. */
async function reachOf(
  { subject, observations }: CollectedRecord,
  task: CollectTask | undefined,
  context: CollectContext,
): Promise<Examination['reach']> {
  const failure = failureOf(observations);
  if (failure === undefined) return observations.length === 0 ? 'unknown' : 'reached';
  if (task?.failure !== undefined) return 'not-reached';
  if (subject.kind === 'dns-zone' || task?.target.proxy !== undefined || context.signal.aborted)
    return 'unknown';
  await context.pace?.turn(subject.address ?? subject.host, context.signal);
  return (await whyUnreachable(subject, context)) === undefined ? 'reached' : 'not-reached';
}

function concluding(
  controls: readonly LoadedControl[],
  { overrides, declared }: PreparedRequest,
  { facts }: Library,
): (record: CollectedRecord) => Pick<Examination, 'controls' | 'notTested'> {
  const knowledge: FactKnowledge = {
    definitions: new Map(facts.map((fact) => [fact.name, fact])),
    validate: factValidators(facts),
  };
  return (collected) => {
    const { subject } = collected;
    const observations = collected.observations.map((one) => ({ ...one, evidence: [] }));
    const record = { ...collected, observations };
    const about = controls.filter(({ compiled }) => compiled.control.subject === subject.kind);
    const notTested = about.flatMap(({ compiled }) => {
      const { control } = compiled;
      const params = effectiveParams(control, subject, overrides);
      const environment = declared.environment ?? '';
      const { reason, unseen } = evaluate(compiled, { record, params, environment, knowledge });
      if (reason !== 'unseen' && reason !== 'error') return [];
      return [{ control: control.id, severity: control.severity, causes: causesOf(unseen) }];
    });
    return { controls: about.length, notTested };
  };
}

/** Items of one list are unseen for one reason. */
function causesOf(unseen: readonly UnseenItem[]): NotTested['causes'] {
  return distinct(unseen.map(({ fact, code, message, remedy }) => ({ fact, code, message, remedy })));
}
