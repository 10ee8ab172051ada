interface Failure {
  readonly code: string;
}

/**
 * In limits of one connection. The last path of each may take one more for headers and five more for redirects: both
 * together stay within what a whole subject may take.
 */
export const budgetOfLooks = { headers: 3, redirects: 2.5 } as const;

/** A target declares no more. */
export const maxPaths = 20;

const timedOut = 'ERR_TIMEOUT';

/**
 * Asks for one path after the other. A server that lets one wait until the time is up is not asked for the others: it
 * would cost the same time for each of them. One that answers slowly is asked until the budget is spent, so that what
 * was seen is kept.
 *
 * @param waitedMs how long was waited for our own pace so far, which the server cannot help
 * @param unasked the result for a path that was not asked
 */
export async function inTurn<T>(
  paths: readonly string[],
  budgetMs: number,
  ask: (path: string) => Promise<T>,
  failureOf: (result: T) => Failure | undefined,
  unasked: (failure: { readonly code: string; readonly why: string }) => T,
  waitedMs: () => number,
): Promise<ReadonlyMap<string, T>> {
  const results = new Map<string, T>();
  const until = performance.now() + budgetMs - waitedMs();
  let why: string | undefined;
  for (const path of paths) {
    if (performance.now() - waitedMs() > until) why ??= 'not asked, because the answers before took too long';
    const result = why === undefined ? await ask(path) : unasked({ code: timedOut, why });
    results.set(path, result);
    if (failureOf(result)?.code === timedOut) why ??= `not asked, after ${path} got no answer in time`;
  }
  return results;
}
