import { type Outcome, type ReasonCounts, type Run, type Severity, severities } from '../model/index.ts';

/** What decides the exit code. */
export interface OutcomeInput {
  readonly run: Pick<Run, 'failOn' | 'interrupted'>;
  readonly counts: ReasonCounts;
  readonly failedBySeverity: Readonly<Record<Severity, number>>;
  /** Tests in scope that came to no conclusion. */
  readonly unproven: number;
}

/** 130/143 > 1 > 3 > 4 > 0, and why in words. */
export function outcomeOf(input: OutcomeInput): Outcome {
  const { run, counts } = input;
  if (run.interrupted === 'SIGINT')
    return { exitCode: 130, words: 'interrupted: what was not reached is not tested' };
  if (run.interrupted === 'SIGTERM')
    return { exitCode: 143, words: 'terminated: what was not reached is not tested' };
  if (counts.error > 0) {
    return {
      exitCode: 1,
      words: `${plural(counts.error, 'test')} could not be judged because of a defect of assay`,
    };
  }
  const failures = failuresFrom(input.failedBySeverity, run.failOn);
  if (failures > 0) {
    return { exitCode: 3, words: `${plural(failures, 'finding')} with exceptions at or above ${run.failOn}` };
  }
  if (counts.pass + counts.fail === 0) return { exitCode: 4, words: 'nothing was measured' };
  if (input.unproven > 0)
    return {
      exitCode: 4,
      words: `not proven: ${plural(input.unproven, 'test')} in scope came to no conclusion`,
    };
  return { exitCode: 0, words: cleanWords(counts.fail, run.failOn) };
}

function cleanWords(fails: number, failOn: Run['failOn']): string {
  if (fails === 0) return 'no exceptions in what was tested';
  const bound = failOn === 'none' ? 'failures are not counted' : `all below ${failOn}`;
  return `${plural(fails, 'finding')} with exceptions, ${bound}`;
}

function failuresFrom(failed: Readonly<Record<Severity, number>>, failOn: Run['failOn']): number {
  if (failOn === 'none') return 0;
  return severities.slice(severities.indexOf(failOn)).reduce((sum, severity) => sum + failed[severity], 0);
}

function plural(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}
