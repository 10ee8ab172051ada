import { type Diagnosis, diagnose, isWhole } from './doctor.ts';
import { doctorText } from './doctor-text.ts';
import { exitCodes } from './exit-code.ts';
import { watchForInterruption } from './interruption.ts';
import type { Io } from './io.ts';
import { startProgress } from './progress.ts';
import { prepareRequest, type RequestOptions } from './scan-request.ts';

/** The options of `assay doctor`: those of a scan that say what it looks at, and how fast. */
export interface DoctorCommandOptions extends Omit<RequestOptions, 'failOn' | 'out' | 'probe'> {
  readonly format: 'text' | 'json';
  readonly maxDuration?: number;
}

/** `assay doctor`: what can be observed from here, and which controls the rest costs. */
export async function runDoctor(
  urls: readonly string[],
  options: DoctorCommandOptions,
  io: Io,
): Promise<number> {
  const { library, request } = await prepareRequest(urls, { ...options, failOn: 'none' }, io);
  const progress = startProgress(io);
  const interruption = watchForInterruption(options.maxDuration, () => progress.end());
  try {
    const { signal } = interruption;
    const diagnosis = await diagnose(request, library, { ...progress, signal });
    progress.end();
    if (options.format === 'json') {
      const { sortedJson } = await import('../report/json.ts');
      io.stdout.write(`${sortedJson(diagnosis, 2)}\n`);
    } else for (const line of doctorText(diagnosis)) io.stdout.write(line);
    const [exitCode, words] = endOf(diagnosis, signal);
    io.stderr.write(`exit code ${exitCode}: ${words}\n`);
    return exitCode;
  } finally {
    progress.end();
    interruption.release();
  }
}

function endOf(diagnosis: Diagnosis, { aborted, reason }: AbortSignal): readonly [number, string] {
  if (aborted && reason === 'SIGINT') return [exitCodes.interrupted, 'interrupted'];
  if (aborted && reason === 'SIGTERM') return [exitCodes.terminated, 'terminated'];
  return isWhole(diagnosis)
    ? [exitCodes.clean, 'each control would come to a conclusion, over all that there is']
    : [exitCodes.notProven, 'not everything can be seen, or not every control would come to a conclusion'];
}
