import { networkFailure } from './network-error.ts';

/**
 * Starts the work, unless it is too late for it, and waits until it settles or the signal is aborted.
 *
 * @param where what is looked at, for the message
 * @throws AssayError ERR_INTERRUPTED
 */
export async function orAborted<T>(start: () => Promise<T>, where: string, signal: AbortSignal): Promise<T> {
  if (signal.aborted) throw networkFailure('interrupted', where);
  return await new Promise<T>((resolve, reject) => {
    const work = start();
    const stop = (): void => reject(networkFailure('interrupted', where));
    signal.addEventListener('abort', stop, { once: true });
    // The loser of the race is heard too: it must not become an unhandled rejection.
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/** Waits for work whose end changes nothing any more, but not for longer than `limitMs`. */
export async function settled(work: Promise<unknown> | undefined, limitMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeIsUp = new Promise((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  await Promise.race([work?.catch(() => undefined), timeIsUp]);
  clearTimeout(timer);
}
