import type { Run } from '../model/index.ts';

type Cause = NonNullable<Run['interrupted']>;

/** Ends a scan early: on Ctrl-C, on SIGTERM, or when its time is up. What was seen until then is still sealed. */
export interface Interruption {
  readonly signal: AbortSignal;
  release(): void;
}

/** A second signal ends the process at once, without a bundle. */
export function watchForInterruption(maxDurationMs: number | undefined): Interruption {
  const controller = new AbortController();
  const timer =
    maxDurationMs === undefined
      ? undefined
      : setTimeout(() => controller.abort('max-duration' satisfies Cause), maxDurationMs);
  const onSignal = (signal: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(signal === 'SIGINT' ? 130 : 143);
    controller.abort(signal satisfies NodeJS.Signals);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    signal: controller.signal,
    release: () => {
      clearTimeout(timer);
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}
