import type { CollectProgress, CollectTask } from '../collectors/collect.ts';
import { type CollectedRecord, systemOf } from '../model/index.ts';
import { fitted } from '../report/text-layout.ts';
import { visible } from '../report/visible.ts';
import { counted, sideWords } from '../report/words.ts';
import { type Headway, headwayInWords } from './headway.ts';
import type { Io } from './io.ts';

/**
 * Tells people on stderr what is being looked at: one rewritten line on a terminal; elsewhere a line a subject, or,
 * where there are many, a line now and then.
 */
export interface Progress {
  onPlan(plan: { readonly targets: number }): void;
  /** Told of each subject before its first look. */
  onTask(task: CollectTask): void;
  onProgress(event: CollectProgress): void;
  /** Clears the line, before anything else is printed. */
  end(): void;
}

const redrawEveryMs = 100;
const clearLine = '\r\u001b[2K';
/** With more targets than this nobody reads a line of each. */
const linePerSubjectUpTo = 50;
const summaryEveryMs = 10_000;

export const silent: Progress = {
  onPlan: () => {},
  onTask: () => {},
  onProgress: () => {},
  end: () => {},
};

/** Where a scan stands, as its events tell. */
interface State {
  targets: number;
  /** Subjects found so far, and the targets that they are of. */
  readonly found: { subjects: number; readonly targets: Set<string> };
  done: number;
  unseen: number;
  startedAtMs: number;
  /** Names of what is being looked at, by id. */
  readonly running: Map<string, string>;
}

export function startProgress(io: Io): Progress {
  const nowMs = (): number => io.clock().getTime();
  const state: State = {
    ...{ targets: 0, done: 0, unseen: 0, startedAtMs: nowMs() },
    found: { subjects: 0, targets: new Set() },
    running: new Map(),
  };
  const line = rewrittenLine(io);
  const teller = line === undefined ? tellLines(io, state) : undefined;
  const names = new Map<string, string>();
  return {
    onPlan: ({ targets }) => {
      state.targets = targets;
      state.startedAtMs = nowMs();
    },
    onTask: (task) => {
      state.found.subjects += 1;
      state.found.targets.add(task.target.id);
      names.set(task.subject.id, nameOf(task));
    },
    onProgress: (event) => {
      const { id } = event.subject;
      const name = names.get(id) ?? visible(id);
      note(state, event, name);
      if (isLast(event)) names.delete(id);
      line?.set([headwayInWords(headwayOf(state, nowMs())), ...state.running.values()].join(', '));
      if (isLast(event)) teller?.(name, event.record);
    },
    end: () => line?.clear(),
  };
}

const isLast = (event: CollectProgress): event is Extract<CollectProgress, { kind: 'finished' }> =>
  event.kind === 'finished' && !event.again;

function note(state: State, event: CollectProgress, name: string): void {
  if (event.kind === 'started') state.running.set(event.subject.id, name);
  else state.running.delete(event.subject.id);
  if (!isLast(event)) return;
  state.done += 1;
  if (event.record.observations.some(({ kind }) => kind === 'unseen')) state.unseen += 1;
}

/** A target whose name is not resolved yet counts as one subject. */
function headwayOf({ targets, found, done, unseen, startedAtMs }: State, nowMs: number): Headway {
  const total = found.subjects + targets - found.targets.size;
  return { total, done, unseen, elapsedMs: nowMs - startedAtMs };
}

/** A line for each subject, or for many a line every ten seconds and one at the end. */
function tellLines(io: Io, state: State): (name: string, record: CollectedRecord) => void {
  let toldAtMs: number | undefined;
  return (name, record) => {
    if (state.targets <= linePerSubjectUpTo) {
      io.stderr.write(`${finishedLine(name, record)}\n`);
      return;
    }
    const nowMs = io.clock().getTime();
    const headway = headwayOf(state, nowMs);
    toldAtMs ??= state.startedAtMs;
    if (headway.done < headway.total && nowMs - toldAtMs < summaryEveryMs) return;
    toldAtMs = nowMs;
    io.stderr.write(`${headwayInWords(headway)}\n`);
  };
}

interface RewrittenLine {
  set(text: string): void;
  clear(): void;
}

/** Drawn at most so often, and the last text always; undefined where lines cannot be rewritten. */
function rewrittenLine(io: Io): RewrittenLine | undefined {
  if (!rewritesLines(io)) return undefined;
  let latest = '';
  let next: NodeJS.Timeout | undefined;
  const draw = (): void => {
    io.stderr.write(`${clearLine}${fitted(latest, io.stderr.columns - 1)}`);
  };
  return {
    set: (text) => {
      if (latest === '') io.stderr.write(fitted(text, io.stderr.columns - 1));
      latest = text;
      next ??= setTimeout(() => {
        next = undefined;
        draw();
      }, redrawEveryMs).unref();
    },
    clear: () => {
      clearTimeout(next);
      next = undefined;
      if (latest !== '') io.stderr.write(clearLine);
      latest = '';
    },
  };
}

/** CI systems may offer a terminal, and keep every rewriting of a line in their logs. */
function rewritesLines({ stderr, env }: Io): boolean {
  const isCi = !['', '0', 'false'].includes(env['CI'] ?? '');
  return stderr.isTTY && !isCi && env['TERM'] !== 'dumb';
}

/** An id that nobody gave says nothing to people. */
function nameOf({ target, subject }: CollectTask): string {
  if (target.named) return visible(subject.id);
  const { kind, locator, address } = subject;
  const several = systemOf(subject) !== target.id && address !== undefined;
  const which = [...(several ? [address] : []), ...(sideWords[kind] === undefined ? [] : [sideWords[kind]])];
  return visible(which.length > 0 ? `${locator} (${which.join(', ')})` : locator);
}

function finishedLine(name: string, record: CollectedRecord): string {
  const seen = record.observations.filter(({ kind }) => kind === 'seen').length;
  const codes = record.observations.flatMap((one) => (one.kind === 'unseen' ? [one.reason.code] : []));
  const unseen = codes.length > 0 ? `, ${codes.length} not seen (${[...new Set(codes)].join(', ')})` : '';
  return `looked at ${name}: ${counted(seen, 'fact')} seen${unseen}, ${counted(record.connections, 'connection')}`;
}
