import { setMaxListeners } from 'node:events';
import { exitCodes } from './exit-code.ts';
import type { Io } from './io.ts';
import { planScan } from './plan.ts';
import { planText } from './plan-text.ts';
import { prepareRequest, type RequestOptions } from './scan-request.ts';

/** The options of `assay plan`: those of a scan that say what it looks at, and how fast. */
export interface PlanOptions extends Omit<RequestOptions, 'failOn' | 'out'> {
  /** False: names are left as they are. */
  readonly resolve: boolean;
  readonly json?: boolean;
}

/** Names are waited for no longer than this. */
const limitMs = 120_000;

/** `assay plan`: what a scan with the same options would do; nothing is connected to. */
export async function runPlan(urls: readonly string[], options: PlanOptions, io: Io): Promise<number> {
  const { library, request } = await prepareRequest(urls, { ...options, failOn: 'none' }, io);
  const signal = AbortSignal.timeout(limitMs);
  // One for each name that is asked for at the same time.
  setMaxListeners(0, signal);
  const plan = await planScan(request, library, { resolve: options.resolve, signal });
  if (options.json) {
    const { sortedJson } = await import('../report/json.ts');
    io.stdout.write(`${sortedJson(plan, 2)}\n`);
    return exitCodes.clean;
  }
  for (const line of planText(plan)) io.stdout.write(line);
  return exitCodes.clean;
}
