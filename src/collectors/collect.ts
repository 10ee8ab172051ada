import {
  AssayError,
  type CollectedRecord,
  type Subject,
  type SystemKind,
  type Target,
} from '../model/index.ts';
import { collectSubject, type Look, unseenRecord } from './collect-subject.ts';
import type { CollectContext, SubjectCollector } from './collector.ts';
import { networkFailure } from './network-error.ts';

/** One subject of a plan, with the target it belongs to and why it has no address, if so. */
export interface CollectTask {
  readonly target: Target;
  readonly subject: Subject;
  readonly facts: readonly string[];
  readonly failure?: AssayError;
}

export interface CollectOptions {
  readonly context: CollectContext;
  readonly collectorOf: (kind: SystemKind) => Promise<SubjectCollector>;
  readonly vantage: string;
  /** Subjects looked at at the same time. */
  readonly concurrency: number;
  readonly clock: () => Date;
  /** Told as each look begins and ends. */
  readonly onProgress?: (event: CollectProgress) => void;
}

export type CollectProgress =
  | { readonly kind: 'started'; readonly subject: Subject; readonly attempt: number }
  | {
      readonly kind: 'finished';
      readonly subject: Subject;
      readonly record: CollectedRecord;
      /** True where the subject will be looked at once more. */
      readonly again: boolean;
    };

/** What may be different a moment later. A refused credential or a denied right never is tried again. */
const worthAnotherTry = new Set([
  'ERR_BUSY',
  'ERR_UNREACHABLE',
  'ERR_TIMEOUT',
  'ERR_RESET',
  'ERR_CLOSED',
  'ERR_UNRESOLVED',
  'ERR_STARTTLS_CUT_OFF',
  'ERR_STARTTLS_UNAVAILABLE',
  'ERR_PROXY_UNREACHABLE',
]);

/** Records that wait for a second look; when there are more, the first of them is looked at without waiting longer. */
const waitingAtMost = 128;

/**
 * Looks at every subject and hands each record on as soon as it is final: at once, or after the second try when the
 * first did not get through. The second try is at the end of the run, or as soon as many wait for theirs. Records come
 * in order of arrival; tasks are taken as they are looked at.
 */
export async function collect(
  tasks: Iterable<CollectTask> | AsyncIterable<CollectTask>,
  options: CollectOptions,
  onRecord: (record: CollectedRecord) => Promise<void>,
): Promise<void> {
  const { onProgress } = options;
  const { signal } = options.context;
  const again: { readonly task: CollectTask; readonly record: CollectedRecord }[] = [];
  const lookAgain = async ({ task, record: first }: (typeof again)[number]): Promise<void> => {
    const { subject } = task;
    const record = signal.aborted
      ? first
      : mergeAttempts(first, await look(task, unreached(first), 2, options));
    onProgress?.({ kind: 'finished', subject, record, again: false });
    await onRecord(record);
  };
  await forEachOf(tasks, options.concurrency, async (task) => {
    const record = await look(task, task.facts, 1, options);
    const tryAgain = unreached(record).length > 0 && !signal.aborted;
    onProgress?.({ kind: 'finished', subject: task.subject, record, again: tryAgain });
    if (tryAgain) again.push({ task, record });
    else await onRecord(record);
    const longest = again.length > waitingAtMost ? again.shift() : undefined;
    if (longest !== undefined) await lookAgain(longest);
  });
  await forEachOf(again, options.concurrency, lookAgain);
}

async function look(
  task: CollectTask,
  facts: readonly string[],
  attempt: number,
  { context, collectorOf, vantage, clock, onProgress }: CollectOptions,
): Promise<CollectedRecord> {
  const { target, subject } = task;
  const what: Look = { target, subject, facts, vantage, attempt, clock };
  onProgress?.({ kind: 'started', subject, attempt });
  const where = subject.address ?? subject.host;
  const failure = context.signal.aborted ? networkFailure('interrupted', where) : task.failure;
  if (failure) return unseenRecord(what, failure);
  return collectSubject(await collectorOf(kindOf(subject)), what, context);
}

function kindOf({ kind }: Subject): SystemKind {
  if (kind !== 'organisation') return kind;
  throw new AssayError('ERR_NO_COLLECTOR', 'expected a system to look at, got the organisation', {
    remedy: 'This is a defect of assay: report it with the command that shows it.',
  });
}

function unreached(record: CollectedRecord): readonly string[] {
  return record.observations
    .filter((observation) => observation.kind === 'unseen' && worthAnotherTry.has(observation.reason.code))
    .map(({ fact }) => fact);
}

/** What was seen at first stays; the rest is as the second try found it. */
function mergeAttempts(first: CollectedRecord, second: CollectedRecord): CollectedRecord {
  const kept = first.observations.filter(
    ({ kind, fact }) => kind === 'seen' || !second.observations.some((later) => later.fact === fact),
  );
  const later = second.observations.filter(({ fact }) => !kept.some((earlier) => earlier.fact === fact));
  return {
    ...first,
    ...second,
    identity: { ...first.identity, ...second.identity },
    connections: first.connections + second.connections,
    observations: [...kept, ...later].sort((a, b) => (a.fact < b.fact ? -1 : 1)),
  };
}

/** At most so many at a time; items are taken one by one, as there is somebody to work on them. */
async function forEachOf<T>(
  items: Iterable<T> | AsyncIterable<T>,
  concurrency: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (let next = await queue.next(); !next.done; next = await queue.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}
