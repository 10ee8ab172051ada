import { resolve } from 'node:path';
import { readSigningKey } from '../bundle/keys.ts';
import type { SealedBundle } from '../bundle/writer.ts';
import type { ReportInput } from '../report/report-input.ts';
import { visible } from '../report/visible.ts';
import { exitCodes } from './exit-code.ts';
import { watchForInterruption } from './interruption.ts';
import type { Io } from './io.ts';
import type { Library } from './library.ts';
import type { Earlier, Series } from './previous.ts';
import { silent, startProgress } from './progress.ts';
import { type ReportFormat, readWritten, requireFormats, writeReports } from './report-files.ts';
import { scan } from './scan.ts';
import { prepareRequest, type RequestOptions } from './scan-request.ts';
import { keepHeapSmall } from './small-heap.ts';
import { styleFor } from './style.ts';

/** The options of `assay scan`, as the command line gives them. */
export interface ScanOptions extends RequestOptions {
  readonly format?: readonly string[];
  readonly json?: boolean;
  readonly maxDuration?: number;
  readonly previous?: readonly string[];
  readonly key?: string;
  readonly quiet?: boolean;
}

/** `assay scan`: everything that can be wrong with the request is told before anything is looked at. */
export async function runScan(urls: readonly string[], options: ScanOptions, io: Io): Promise<number> {
  const startedAtMs = io.clock().getTime();
  const formats = requireFormats(options.format ?? []);
  const { library, request } = await prepareRequest(urls, options, io);
  keepHeapSmall(request.targets.length);
  const signingKey =
    options.key === undefined ? undefined : await readSigningKey(resolve(io.cwd, options.key));
  const progress = options.quiet ? silent : startProgress(io);
  const earlier = await earlierOf(options.previous ?? [], request.declared, library, io);
  const interruption = watchForInterruption(options.maxDuration, () => {
    progress.end();
    if (!options.quiet)
      io.stderr.write('stopping: sealing what was seen; once more ends at once, without it\n');
  });
  try {
    const bundle = await scan(
      {
        ...request,
        history: earlier?.history,
        earlier: earlier?.sights,
        signingKey,
        signal: interruption.signal,
        ...progress,
      },
      library,
    );
    progress.end();
    let input: Promise<ReportInput> | undefined;
    const readBack = (): Promise<ReportInput> => {
      input ??= readWritten(bundle);
      return input;
    };
    const reports = await writeReportsOf(bundle, formats, readBack, io);
    await print(bundle, reports, readBack, io.clock().getTime() - startedAtMs, options, io);
    return bundle.assessment.outcome.exitCode;
  } finally {
    progress.end();
    interruption.release();
  }
}

/** A scan that is compared with none needs nothing of what reads earlier ones. */
async function earlierOf(
  previous: readonly string[],
  series: Series,
  library: Library,
  io: Io,
): Promise<Earlier | undefined> {
  if (previous.length === 0) return undefined;
  const { readEarlier } = await import('./previous.ts');
  return readEarlier(previous, series, library, io);
}

/** What reports are made from, read once. */
type ReadBack = () => Promise<ReportInput>;

/** A bundle is not lost with its reports: people have to know that it is there. */
async function writeReportsOf(
  { folder }: SealedBundle,
  formats: readonly ReportFormat[],
  readBack: ReadBack,
  io: Io,
): Promise<readonly string[]> {
  if (formats.length === 0) return [];
  try {
    return await writeReports(folder, formats, await readBack());
  } catch (error) {
    io.stderr.write(`bundle: ${visible(folder)} is sealed, but not all of its reports are written\n`);
    throw error;
  }
}

async function print(
  bundle: SealedBundle,
  reports: readonly string[],
  readBack: ReadBack,
  elapsedMs: number,
  options: ScanOptions,
  io: Io,
): Promise<void> {
  if (options.json) {
    const { sortedJson } = await import('../report/json.ts');
    io.stdout.write(`${sortedJson(bundle.assessment, 2)}\n`);
  }
  const { exitCode, words } = bundle.assessment.outcome;
  if (options.quiet || options.json) {
    if (exitCode !== exitCodes.clean || !options.quiet)
      io.stderr.write(`bundle: ${visible(bundle.folder)}\nexit code ${exitCode}: ${visible(words)}\n`);
    return;
  }
  const { renderText } = await import('../report/text.ts');
  const text = renderText(await readBack(), {
    width: io.stdout.columns,
    full: false,
    bundlePath: bundle.folder,
    reportPaths: reports,
    elapsedMs,
    style: styleFor(io.stdout, io),
  });
  io.stdout.write(text);
}
