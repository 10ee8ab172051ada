import { dirname, join } from 'node:path';
import type { AssayConfig } from '../config/assay-config.ts';
import { checkProfile } from '../config/check-profile.ts';
import { parseOwnControls } from '../config/own-controls.ts';
import { type ProfileFile, parseProfile } from '../config/profile.ts';
import { type ProfileChain, refuseCircle, tailor } from '../config/profile-chain.ts';
import type { OwnControl, ParamOverride, Scope } from '../model/index.ts';
import { type InputFile, readHashedText, readInputText } from './input-files.ts';
import type { Library } from './library.ts';

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
  config: AssayConfig,
  locate: (path: string) => InputFile,
  library: Library,
): Promise<Tailored> {
  const controls = library.controls.map(({ source }) => source.control);
  const chains = await Promise.all(config.profiles.map((path) => readChain(locate(path))));
  for (const file of chains.flat()) checkProfile(file, controls, library.frameworks);
  const { tailoring, params } = tailor(chains, controls);
  const ownControls = await readOwnControls(config.ownControls, locate, library);
  return {
    scope: {
      ...(chains.length === 0 ? {} : { tailoring }),
      ...(ownControls === undefined ? {} : { ownControls }),
    },
    params,
  };
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

/** Follows `extends` from the profile that a configuration names up to the most general one. */
async function readChain(named: InputFile): Promise<ProfileChain> {
  const seen = new Map<string, ProfileFile>();
  let chain: ProfileChain | undefined;
  for (let next: InputFile | undefined = named; next !== undefined; ) {
    const again = seen.get(next.path);
    if (again !== undefined) refuseCircle([...seen.values()], again);
    const file = await readProfile(next);
    seen.set(next.path, file);
    chain = chain === undefined ? [file] : [file, ...chain];
    next = parentOf(file, next);
  }
  return chain ?? [await readProfile(named)];
}

async function readProfile(file: InputFile): Promise<ProfileFile> {
  const { text, sha256 } = await readHashedText(file, 'a profile', 'ERR_PROFILE');
  return parseProfile(file.name, text, sha256);
}

function parentOf({ profile }: ProfileFile, { path, name }: InputFile): InputFile | undefined {
  if (profile.extends === undefined) return undefined;
  return { path: join(dirname(path), profile.extends), name: join(dirname(name), profile.extends) };
}
