import type { AssayFile } from '../config/assay-file.ts';
import { checkProfile } from '../config/check-profile.ts';
import { parseOwnControls } from '../config/own-controls.ts';
import { tailor } from '../config/profile-chain.ts';
import type { Control, Framework, OwnControl, ParamOverride, Scope, Tailoring } from '../model/index.ts';
import { type InputFile, readInputText } from './input-files.ts';
import type { Library } from './library.ts';
import { type NamedProfile, readChain } from './profile-files.ts';

/** What a configuration's profiles and own controls come to. */
export interface Tailored {
  readonly scope: Pick<Scope, 'tailoring' | 'ownControls'>;
  /** Given by profiles, in the order in which they apply. */
  readonly params: readonly ParamOverride[];
}

/**
 * Reads the files that a configuration names and checks them against the library.
 *
 * @param locate names a path of the configuration: relative to its file
 * @throws AssayError ERR_PROFILE, ERR_OWN_CONTROLS and their kin, with file:line:column
 */
export async function readTailoring(
  { config, at }: AssayFile,
  locate: (path: string) => InputFile,
  library: Library,
): Promise<Tailored> {
  const controls = library.controls.map(({ source }) => source.control);
  const named = config.profiles.map((name, index) => ({ name, place: at(['profile', index]), locate }));
  const { tailoring, params } = await readProfiles(named, controls, library.frameworks);
  const ownControls = await readOwnControls(config.ownControls, locate, library);
  return {
    scope: {
      ...(named.length === 0 ? {} : { tailoring }),
      ...(ownControls === undefined ? {} : { ownControls }),
    },
    params,
  };
}

/**
 * Reads profiles, with those that they extend, and checks them against the controls that there are.
 *
 * @throws AssayError ERR_PROFILE, ERR_CONFIG and their kin, with file:line:column
 */
export async function readProfiles(
  named: readonly NamedProfile[],
  controls: readonly Control[],
  frameworks: readonly Framework[],
): Promise<{ readonly tailoring: Tailoring; readonly params: readonly ParamOverride[] }> {
  const chains = await Promise.all(named.map(readChain));
  for (const file of chains.flat()) checkProfile(file, controls, frameworks);
  return tailor(chains, controls);
}

async function readOwnControls(
  path: string | undefined,
  locate: (path: string) => InputFile,
  { controls, frameworks }: Library,
): Promise<readonly OwnControl[] | undefined> {
  if (path === undefined) return undefined;
  const file = locate(path);
  const text = await readInputText(file, 'own controls', 'ERR_OWN_CONTROLS');
  return parseOwnControls(
    file.name,
    text,
    controls.map(({ source }) => source.control),
    frameworks,
  );
}
