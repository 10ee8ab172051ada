import { type AssayConfig, resolvePaths } from '../config/assay-config.ts';
import type { AssayFile } from '../config/assay-file.ts';
import { checkNames } from '../config/check-names.ts';
import { AssayError } from '../model/index.ts';
import type { ConfigurationFile } from './configuration-file.ts';
import { configuredTargets } from './configured-targets.ts';
import { type Responsibilities, readDocuments } from './documents.ts';
import type { Library } from './library.ts';
import { type ReadRegisters, readRegisters } from './registers.ts';
import { readTailoring, type Tailored } from './tailoring.ts';

export interface Configuration {
  readonly config: AssayConfig;
  readonly sha256: string;
  /** What its profiles and own controls come to; parameters of profiles are among those of `config`. */
  readonly tailored: Tailored['scope'];
  /** Who or what else answers for requirements, with the digests of their documents. */
  readonly responsibilities: Responsibilities;
  readonly registers: ReadRegisters;
}

/**
 * Looks up what a configuration names, and reads the files that tailor it.
 *
 * @throws AssayError ERR_CONFIG, ERR_PROFILE, ERR_OWN_CONTROLS, ERR_TARGET, with file:line:column
 */
export async function checkConfiguration(
  { file, sha256, locate }: ConfigurationFile,
  library: Library,
  now: Date,
): Promise<Configuration> {
  checkNames(
    file,
    library.controls.map(({ source }) => source.control),
    library.frameworks,
  );
  refuseLaterDates(file, now);
  const { scope, params } = await readTailoring(file, locate, library);
  const resolved = resolvePaths(file.config, (relative) => locate(relative).path);
  const config = { ...resolved, targets: await configuredTargets(file, resolved.targets, locate) };
  const responsibilities = await readDocuments(file, (relative) => locate(relative).path);
  return {
    config: { ...config, params: [...params, ...config.params] },
    sha256,
    tailored: scope,
    responsibilities,
    registers: await readRegisters(config, locate),
  };
}

const dayMs = 86_400_000;

/** A list that is right as of a day to come would pass every bound on its age. Somewhere it is tomorrow already. */
function refuseLaterDates({ config, at }: AssayFile, now: Date): void {
  const latest = new Date(now.getTime() + dayMs).toISOString().slice(0, 10);
  for (const [kind, { date }] of Object.entries(config.registers)) {
    if (date <= latest) continue;
    throw new AssayError(
      'ERR_CONFIG',
      `${at(['registers', kind, 'date'])} expected a day that is not to come, got ${date}`,
      { remedy: 'Give the day as of which the list is right.' },
    );
  }
}
