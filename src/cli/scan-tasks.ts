import type { CollectTask } from '../collectors/collect.ts';
import { type ResolvedTarget, resolveTarget } from '../collectors/resolve-target.ts';
import type { LoadedControl } from '../config/load-control.ts';
import { plan } from '../engine/plan.ts';
import { type Subject, type SubjectKind, sideOf, sidesOf, type Target } from '../model/index.ts';

/** How many names are asked for ahead of what is looked at: a slow name server holds nothing up. */
const namesAhead = 32;

/** Finds the subjects of a target. */
export type Resolve = (target: Target, signal: AbortSignal) => Promise<ResolvedTarget>;

/** How tasks are made, where not as by default. */
export interface TaskOptions {
  readonly resolve?: Resolve;
  /** Adds what else is to be seen of a subject. */
  readonly extend?: ((task: CollectTask) => CollectTask) | undefined;
}

/**
 * What to look at, target by target in the order given: names are resolved shortly before their turn, so that a fleet
 * is never held as a whole. A name that does not resolve is asked for twice.
 */
export async function* tasksOf(
  targets: readonly Target[],
  controls: readonly LoadedControl[],
  signal: AbortSignal,
  { resolve = resolveTarget, extend = (task) => task }: TaskOptions = {},
): AsyncGenerator<CollectTask> {
  const planned = controls.map(({ source: { control }, needs }) => ({ control, needs }));
  const concerned = new Set<SubjectKind>(planned.map(({ control }) => control.subject));
  const factsByKind = new Map<Subject['kind'], readonly string[]>();
  const factsOf = (subject: Subject): readonly string[] => {
    const facts =
      factsByKind.get(subject.kind) ?? plan(planned, [subject]).subjects.flatMap((one) => one.facts);
    factsByKind.set(subject.kind, facts);
    return facts;
  };
  for await (const { target, subjects, failure } of resolved(targets, signal, resolve)) {
    const sides = sidesOf(target);
    for (const subject of subjects.flatMap((one) => [one, ...sides.map((kind) => sideOf(one, kind))])) {
      const task = extend({ target, subject, facts: factsOf(subject), ...(failure ? { failure } : {}) });
      // A side is looked at where a control is about it, or the organisation's facts need it.
      if (subject.kind === target.kind || concerned.has(subject.kind) || task.facts.length > 0) yield task;
    }
  }
}

interface Resolved extends ResolvedTarget {
  readonly target: Target;
}

async function* resolved(
  targets: readonly Target[],
  signal: AbortSignal,
  resolve: Resolve,
): AsyncGenerator<Resolved> {
  const ahead: Promise<Resolved>[] = [];
  for (const target of targets) {
    ahead.push(resolveTwice(target, signal, resolve));
    const next = ahead.length < namesAhead ? undefined : ahead.shift();
    if (next !== undefined) yield await next;
  }
  for (const last of ahead) yield await last;
}

async function resolveTwice(target: Target, signal: AbortSignal, resolve: Resolve): Promise<Resolved> {
  const first = await resolve(target, signal);
  return { target, ...(first.failure ? await resolve(target, signal) : first) };
}
