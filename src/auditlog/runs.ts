/** Numbers of one session that were seen, as runs without a gap. */
export interface Runs {
  from: number;
  to: number;
  /** Runs before the present one; made only for a session that has a gap or comes out of order. */
  earlier?: [from: number, to: number][];
}

export interface RunSummary {
  readonly first: number;
  /** Each gap: the number before it, and how many are not there. */
  readonly gaps: readonly { readonly after: number; readonly missing: number }[];
  readonly duplicates: number;
}

export function addNumber(runs: Runs, number: number): void {
  if (number === runs.to + 1) {
    runs.to = number;
    return;
  }
  runs.earlier ??= [];
  runs.earlier.push([runs.from, runs.to]);
  runs.from = runs.to = number;
}

/** @param fromOne the first number has to be 1 */
export function summaryOf({ from, to, earlier = [] }: Runs, fromOne: boolean): RunSummary {
  const all = [...earlier, [from, to] as const].sort((a, b) => a[0] - b[0]);
  const first = all[0]?.[0] ?? from;
  const gaps: { after: number; missing: number }[] = [];
  let duplicates = 0;
  let end = fromOne ? 0 : first - 1;
  for (const [start, stop] of all) {
    if (start > end + 1) gaps.push({ after: end, missing: start - end - 1 });
    else duplicates += Math.min(stop, end) - start + 1;
    end = Math.max(end, stop);
  }
  return { first, gaps, duplicates };
}
