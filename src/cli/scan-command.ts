import { resolve } from 'node:path';
import { readSigningKey } from '../bundle/keys.ts';
import type { SealedBundle } from '../bundle/writer.ts';
import { defaultDueDays } from '../engine/due.ts';
import type { ProbeGroup, Selection, Severity } from '../model/index.ts';
import { visible } from '../report/visible.ts';
import { type Configuration, checkConfiguration, findConfiguration } from './configuration.ts';
import { exitCodes } from './exit-code.ts';
import { watchForInterruption } from './interruption.ts';
import type { Io } from './io.ts';
import { foldersIn, loadLibrary } from './library.ts';
import { nameTargets, requireRoots } from './named-targets.ts';
import { readHistory } from './previous.ts';
import { silent, startProgress } from './progress.ts';
import { type ReportFormat, readReportInput, requireFormats, writeReports } from './report-files.ts';
import { type ScanRequest, scan } from './scan.ts';
import { styleFor } from './style.ts';
import { underProfiles } from './under-profiles.ts';

/** The options of `assay scan`, as the command line gives them. */
export interface ScanOptions {
  readonly config?: string;
  readonly framework?: readonly string[];
  readonly control?: readonly string[];
  readonly controls?: readonly string[];
  readonly tag?: readonly string[];
  readonly probe?: readonly ProbeGroup[];
  readonly profile?: readonly string[];
  readonly severity: Severity;
  readonly failOn: Severity | 'none';
  readonly out?: string;
  readonly format?: readonly string[];
  readonly json?: boolean;
  readonly timeout: number;
  readonly concurrency: number;
  readonly maxDuration?: number;
  readonly ca?: string;
  readonly previous?: readonly string[];
  readonly address?: readonly string[];
  readonly httpPort?: number;
  readonly proxy?: string;
  readonly key?: string;
  readonly quiet?: boolean;
}

/** `assay scan`: everything that can be wrong with the request is told before anything is looked at. */
export async function runScan(urls: readonly string[], options: ScanOptions, io: Io): Promise<number> {
  const startedAtMs = io.clock().getTime();
  const formats = requireFormats(options.format ?? []);
  const found = await findConfiguration(options.config, io);
  const library = await loadLibrary([
    ...(found?.file.config.controlFolders.map(found.locate) ?? []),
    ...foldersIn(io.cwd, options.controls),
  ]);
  const configuration = found && (await checkConfiguration(found, library, io.clock()));
  const signingKey =
    options.key === undefined ? undefined : await readSigningKey(resolve(io.cwd, options.key));
  const progress = options.quiet ? silent : startProgress(io);
  const request = await underProfiles(
    requestOf(urls, options, configuration, io),
    options.profile ?? [],
    library,
    io,
  );
  await requireRoots(request.targets);
  const history = await readHistory(options.previous ?? [], request.declared, library, io);
  const interruption = watchForInterruption(options.maxDuration, () => {
    progress.end();
    if (!options.quiet)
      io.stderr.write('stopping: sealing what was seen; once more ends at once, without it\n');
  });
  try {
    const bundle = await scan(
      { ...request, history, signingKey, signal: interruption.signal, ...progress },
      library,
    );
    progress.end();
    const reports = await writeReportsOf(bundle, formats, io);
    await print(bundle, reports, io.clock().getTime() - startedAtMs, options, io);
    return bundle.assessment.outcome.exitCode;
  } finally {
    progress.end();
    interruption.release();
  }
}

/** A bundle is not lost with its reports: people have to know that it is there. */
async function writeReportsOf(
  { folder }: SealedBundle,
  formats: readonly ReportFormat[],
  io: Io,
): Promise<readonly string[]> {
  if (formats.length === 0) return [];
  try {
    return await writeReports(folder, formats, await readReportInput(folder));
  } catch (error) {
    io.stderr.write(`bundle: ${visible(folder)} is sealed, but not all of its reports are written\n`);
    throw error;
  }
}

function requestOf(
  urls: readonly string[],
  options: ScanOptions,
  configuration: Configuration | undefined,
  io: Io,
): Omit<ScanRequest, 'signal' | 'history'> {
  const config = configuration?.config;
  const caFile = options.ca === undefined ? undefined : resolve(io.cwd, options.ca);
  const targets = nameTargets(
    urls,
    { caFile, addresses: options.address, httpPort: options.httpPort, proxy: options.proxy },
    config,
  );
  const system = urls.length > 0 ? undefined : config?.system;
  const inventory = urls.length > 0 || !config ? 'command-line' : 'configuration';
  return {
    targets,
    declared: {
      ...declaredOf(configuration),
      ...(inventory === 'configuration' ? configuration?.responsibilities : {}),
    },
    audits: inventory === 'configuration' ? (config?.audits ?? []) : [],
    ...(inventory === 'configuration' ? { registers: configuration?.registers } : {}),
    overrides: { format: 0, overrides: config?.params ?? [] },
    inventory,
    selection: selectionOf(options, config?.probes ?? []),
    failOn: options.failOn,
    out: resolve(io.cwd, options.out ?? defaultOut(system, io.clock())),
    timeoutMs: options.timeout,
    concurrency: options.concurrency,
    env: io.env,
    clock: io.clock,
  };
}

function declaredOf(configuration: Configuration | undefined): ScanRequest['declared'] {
  const config = configuration?.config;
  return {
    ...(config?.organisation === undefined ? {} : { organisation: config.organisation }),
    ...(config?.system === undefined ? {} : { system: config.system }),
    ...(config?.environment === undefined ? {} : { environment: config.environment }),
    outOfScope: config?.outOfScope ?? [],
    ...(config === undefined || config.owners.length === 0 ? {} : { owners: config.owners }),
    dueDays: config?.dueDays ?? defaultDueDays,
    ...(configuration ? { configurationSha256: configuration.sha256, ...configuration.tailored } : {}),
  };
}

function selectionOf(
  { framework, control, tag, severity, probe = [] }: ScanOptions,
  configured: readonly ProbeGroup[],
): Selection {
  const probes = [...new Set([...configured, ...probe])].sort();
  return {
    ...{ frameworks: framework ?? [], controls: control ?? [], tags: tag ?? [], severity },
    ...(probes.length === 0 ? {} : { probes }),
  };
}

/** `./assay-<system|adhoc>-<UTC yyyymmddThhmmssZ>` */
function defaultOut(system: string | undefined, now: Date): string {
  const name = (system ?? '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  const at = now.toISOString().replace(/[-:]|\.\d+/g, '');
  return `assay-${name || 'adhoc'}-${at}`;
}

async function print(
  bundle: SealedBundle,
  reports: readonly string[],
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
  const text = renderText(await readReportInput(bundle.folder), {
    width: io.stdout.columns,
    full: false,
    bundlePath: bundle.folder,
    reportPaths: reports,
    elapsedMs,
    style: styleFor(io.stdout, io),
  });
  io.stdout.write(text);
}
