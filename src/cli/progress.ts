import type { CollectProgress, CollectTask } from '../collectors/collect.ts';
import { visible } from '../report/visible.ts';
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
  const state = { total: 0, done: 0, running: new Set<string>(), drawnAtMs: 0 };
  const draw = (): void => {
    const nowMs = io.clock().getTime();
    if (nowMs - state.drawnAtMs < redrawEveryMs) return;
    state.drawnAtMs = nowMs;
    const line = `looking: ${state.done} of ${state.total} done; ${[...state.running].join(', ')}`;
    io.stderr.write(`${clearLine}${line.slice(0, io.stderr.columns - 1)}`);
  };
  const tell = (event: CollectProgress): void => {
    if (event.kind === 'finished') io.stderr.write(`${finishedLine(event)}\n`);
  };
  return {
    onPlan: (tasks) => {
      state.total = tasks.length;
    },
    onProgress: (event) => {
      const name = visible(event.subject.id);
      if (event.kind === 'started') state.running.add(name);
      else {
        state.running.delete(name);
        state.done = Math.min(state.done + 1, state.total);
      }
      if (io.stderr.isTTY) draw();
      else tell(event);
    },
    end: () => {
      if (io.stderr.isTTY) io.stderr.write(clearLine);
    },
  };
}

function finishedLine({ record, subject }: Extract<CollectProgress, { kind: 'finished' }>): string {
  const seen = record.observations.filter(({ kind }) => kind === 'seen').length;
  const codes = record.observations.flatMap((one) => (one.kind === 'unseen' ? [one.reason.code] : []));
  const unseen = codes.length > 0 ? `, ${codes.length} not seen (${[...new Set(codes)].join(', ')})` : '';
  return `looked at ${visible(subject.id)}: ${seen} facts seen${unseen}, ${record.connections} connections`;
}
