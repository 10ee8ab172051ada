import { resolve } from 'node:path';
import type { ParamOverride } from '../model/index.ts';
import type { Io } from './io.ts';
import type { Library } from './library.ts';
import type { NamedProfile } from './profile-files.ts';
import type { ScanRequest } from './scan.ts';

/** Profiles as the command line names them: files are relative to where it was typed. */
export function profilesNamed(names: readonly string[], { cwd }: Pick<Io, 'cwd'>): readonly NamedProfile[] {
  return names.map((name) => ({ name, locate: (path) => ({ path: resolve(cwd, path), name: path }) }));
}

/** Parameters with those of other profiles than before. */
export function withProfileParams(
  before: readonly ParamOverride[],
  params: readonly ParamOverride[],
): readonly ParamOverride[] {
  return [...params, ...before.filter(({ origin }) => origin !== 'profile')];
}

/**
 * The request as `--profile` has it: its profiles take the place of those of the configuration. What the configuration
 * sets for the system, for tags and for targets still goes before a profile.
 *
 * @throws AssayError ERR_PROFILE, ERR_CONFIG and their kin
 */
export async function underProfiles<T extends Pick<ScanRequest, 'declared' | 'overrides'>>(
  request: T,
  names: readonly string[],
  library: Library,
  io: Io,
): Promise<T> {
  if (names.length === 0) return request;
  const { readProfiles } = await import('./tailoring.ts');
  const controls = library.controls.map(({ source }) => source.control);
  const { tailoring, params } = await readProfiles(profilesNamed(names, io), controls, library.frameworks);
  const { overrides } = request.overrides;
  return {
    ...request,
    declared: { ...request.declared, tailoring },
    overrides: { ...request.overrides, overrides: withProfileParams(overrides, params) },
  };
}
