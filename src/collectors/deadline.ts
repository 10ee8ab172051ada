import type { Pace } from './pace.ts';

/** Aborts its signal when the time is up; time spent waiting for our own pace does not count. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Stands still while `waiting` is not settled. */
  during<T>(waiting: () => Promise<T>): Promise<T>;
  clear(): void;
}

export function startDeadline(durationMs: number): Deadline {
  const ended = new AbortController();
  let remainingMs = durationMs;
  let since = performance.now();
  let waiters = 0;
  let timer = setTimeout(() => ended.abort(), durationMs);
  const hold = (): void => {
    if (waiters++ > 0) return;
    clearTimeout(timer);
    remainingMs -= performance.now() - since;
  };
  const release = (): void => {
    if (--waiters > 0 || cleared) return;
    since = performance.now();
    timer = setTimeout(() => ended.abort(), Math.max(remainingMs, 0));
  };
  let cleared = false;
  return {
    signal: ended.signal,
    during: async (waiting) => {
      hold();
      try {
        return await waiting();
      } finally {
        release();
      }
    },
    clear: () => {
      cleared = true;
      clearTimeout(timer);
    },
  };
}

/** The same pace, for whose waits the deadline stands still: a slow rate must not look like a slow server. */
export function withoutHurry(pace: Pace, deadline: Deadline): Pace {
  return {
    room: (...wanted) => deadline.during(() => pace.room(...wanted)),
    turn: (...wanted) => deadline.during(() => pace.turn(...wanted)),
  };
}
