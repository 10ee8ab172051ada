import type { CollectProgress, CollectTask } from '../collectors/collect.ts';
import { type CollectedRecord, systemOf } from '../model/index.ts';
import { fitted } from '../report/text-layout.ts';
import { visible } from '../report/visible.ts';
import { counted } from '../report/words.ts';
import type { Io } from './io.ts';

/** Tells people on stderr what is being looked at: one rewritten line on a terminal, a line a target elsewhere. */
export interface Progress {
  onPlan(tasks: readonly CollectTask[]): void;
  onProgress(event: CollectProgress): void;
  /** Clears the line, before anything else is printed. */
  end(): void;
}

const redrawEveryMs = 100;
const clearLine = '\r\u001b[2K';

export const silent: Progress = { onPlan: () => {}, onProgress: () => {}, end: () => {} };

export function startProgress(io: Io): Progress {
  const state = { total: 0, done: 0, running: new Set<string>() };
  const names = new Map<string, string>();
  const line = rewrittenLine(io);
  const show = (event: CollectProgress, name: string): void => {
    if (line) line.set([`looking: ${state.done} of ${state.total} done`, ...state.running].join(', '));
    else if (event.kind === 'finished' && !event.again)
      io.stderr.write(`${finishedLine(name, event.record)}\n`);
  };
  return {
    onPlan: (tasks) => {
      state.total = tasks.length;
      for (const task of tasks) names.set(task.subject.id, nameOf(task));
    },
    onProgress: (event) => {
      const name = names.get(event.subject.id) ?? visible(event.subject.id);
      if (event.kind === 'started') state.running.add(name);
      else state.running.delete(name);
      if (event.kind === 'finished' && !event.again) state.done += 1;
      show(event, name);
    },
    end: () => line?.clear(),
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
  const which = [...(several ? [address] : []), ...(kind === 'http-api' ? ['HTTP'] : [])];
  return visible(which.length > 0 ? `${locator} (${which.join(', ')})` : locator);
}

function finishedLine(name: string, record: CollectedRecord): string {
  const seen = record.observations.filter(({ kind }) => kind === 'seen').length;
  const codes = record.observations.flatMap((one) => (one.kind === 'unseen' ? [one.reason.code] : []));
  const unseen = codes.length > 0 ? `, ${codes.length} not seen (${[...new Set(codes)].join(', ')})` : '';
  return `looked at ${name}: ${counted(seen, 'fact')} seen${unseen}, ${counted(record.connections, 'connection')}`;
}
