import { setMaxListeners } from 'node:events';
import type { Run } from '../model/index.ts';
import { exitCodes } from './exit-code.ts';

type Cause = NonNullable<Run['interrupted']>;

/** Ends a scan early: on Ctrl-C, on SIGTERM, or when its time is up. What was seen until then is still sealed. */
export interface Interruption {
  readonly signal: AbortSignal;
  release(): void;
}

/**
 * A second signal ends the process at once, without a bundle.
 *
 * @param onFirstSignal called at the first signal
 */
export function watchForInterruption(
  maxDurationMs: number | undefined,
  onFirstSignal: () => void,
): Interruption {
  const controller = new AbortController();
  // As many listen as there are targets: that is no leak.
  setMaxListeners(0, controller.signal);
  const timer =
    maxDurationMs === undefined
      ? undefined
      : setTimeout(() => controller.abort('max-duration' satisfies Cause), maxDurationMs);
  let signals = 0;
  const onSignal = (signal: NodeJS.Signals): void => {
    signals += 1;
    if (signals > 1) process.exit(signal === 'SIGINT' ? exitCodes.interrupted : exitCodes.terminated);
    controller.abort(signal satisfies NodeJS.Signals);
    onFirstSignal();
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
