/** Time that runs only while somebody is asked: waiting for one's own turn is not theirs. */
export interface Patience {
  readonly ended: boolean;
  /** Runs with a signal that is aborted with the scan, or when the time is up. */
  during<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

export function startPatience(timeoutMs: number, scan: AbortSignal): Patience {
  let leftMs = timeoutMs;
  return {
    get ended() {
      return leftMs <= 0 || scan.aborted;
    },
    during: async (run) => {
      const deadline = new AbortController();
      const began = performance.now();
      const timer = setTimeout(() => deadline.abort(), Math.max(leftMs, 0));
      try {
        return await run(AbortSignal.any([scan, deadline.signal]));
      } finally {
        clearTimeout(timer);
        // A timer may fire a moment before its time.
        leftMs = deadline.signal.aborted ? 0 : leftMs - (performance.now() - began);
      }
    },
  };
}
