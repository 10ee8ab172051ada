interface Failure {
  readonly code: string;
}

/**
 * Asks for one path after the other. A server that lets one wait until the time is up is not asked for the others: it
 * would cost the same time for each of them.
 *
 * @param unasked the result for a path that was not asked
 */
export async function inTurn<T>(
  paths: readonly string[],
  ask: (path: string) => Promise<T>,
  failureOf: (result: T) => Failure | undefined,
  unasked: (failure: { readonly code: string; readonly why: string }) => T,
): Promise<ReadonlyMap<string, T>> {
  const results = new Map<string, T>();
  let silentAt: string | undefined;
  for (const path of paths) {
    if (silentAt !== undefined) {
      results.set(
        path,
        unasked({ code: timedOut, why: `not asked, after ${silentAt} got no answer in time` }),
      );
      continue;
    }
    const result = await ask(path);
    results.set(path, result);
    if (failureOf(result)?.code === timedOut) silentAt = path;
  }
  return results;
}

const timedOut = 'ERR_TIMEOUT';
