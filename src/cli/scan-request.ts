import { resolve } from 'node:path';
import { defaultDueDays } from '../engine/due.ts';
import type { ProbeGroup, Selection, Severity } from '../model/index.ts';
import type { Configuration } from './configuration.ts';
import { type ConfigurationFile, findConfiguration } from './configuration-file.ts';
import type { Io } from './io.ts';
import { foldersIn, type Library, loadLibrary } from './library.ts';
import { readListedTargets } from './listed-targets.ts';
import { nameTargets, requireRoots } from './named-targets.ts';
import type { ScanRequest } from './scan.ts';
import { underProfiles } from './under-profiles.ts';

/** What the command line says of what to look at, and how. */
export interface RequestOptions {
  readonly config?: string;
  readonly targets?: string;
  readonly ports?: readonly number[];
  readonly framework?: readonly string[];
  readonly control?: readonly string[];
  readonly controls?: readonly string[];
  readonly tag?: readonly string[];
  readonly probe?: readonly ProbeGroup[];
  readonly profile?: readonly string[];
  readonly severity: Severity;
  readonly failOn: Severity | 'none';
  readonly out?: string;
  readonly timeout: number;
  readonly concurrency: number;
  readonly maxRate?: number;
  readonly ca?: string;
  readonly address?: readonly string[];
  readonly httpPort?: number;
  readonly proxy?: string;
}

/** All of a request that can be known before anything is looked at. */
export type PreparedRequest = Omit<ScanRequest, 'signal' | 'history'>;

/**
 * Reads everything that the command line names. What can be wrong with a request is told here.
 *
 * @throws AssayError
 */
export async function prepareRequest(
  urls: readonly string[],
  options: RequestOptions,
  io: Io,
): Promise<{ readonly library: Library; readonly request: PreparedRequest }> {
  const found = await findConfiguration(options.config, io);
  const library = await loadLibrary([
    ...(found?.file.config.controlFolders.map(found.locate) ?? []),
    ...foldersIn(io.cwd, options.controls),
  ]);
  const configuration = found && (await configurationOf(found, library, io));
  const request = await requestOf(urls, options, configuration, io);
  await requireRoots(request.targets);
  return { library, request: await underProfiles(request, options.profile ?? [], library, io) };
}

/** A scan without a file needs nothing of what reads one. */
async function configurationOf(found: ConfigurationFile, library: Library, io: Io): Promise<Configuration> {
  const { checkConfiguration } = await import('./configuration.ts');
  return checkConfiguration(found, library, io.clock());
}

async function requestOf(
  urls: readonly string[],
  options: RequestOptions,
  configuration: Configuration | undefined,
  io: Io,
): Promise<PreparedRequest> {
  const config = configuration?.config;
  const caFile = options.ca === undefined ? undefined : resolve(io.cwd, options.ca);
  const listed = await readListedTargets({ ...options, caFile }, io);
  const { address: addresses, httpPort, proxy, ports } = options;
  const naming = { caFile, addresses, httpPort, proxy, ports, listed };
  const targets = nameTargets(urls, naming, config);
  const typed = urls.length > 0 || listed !== undefined;
  const system = typed ? undefined : config?.system;
  const inventory = typed || !config ? 'command-line' : 'configuration';
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
    maxRate: options.maxRate,
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
  { framework, control, tag, severity, probe = [] }: RequestOptions,
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
