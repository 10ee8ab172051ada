import { dirname, join } from 'node:path';
import { type ProfileFile, parseProfile } from '../config/profile.ts';
import { type ProfileChain, refuseCircle } from '../config/profile-chain.ts';
import { didYouMean } from '../config/suggest.ts';
import { AssayError } from '../model/index.ts';
import { type InputFile, readHashedText } from './input-files.ts';
import { isYaml } from './own-library.ts';
import { isPackaged, packagePath, profileIds } from './package-files.ts';

/** A profile as something names it: by the id of one of assay's own, or by its file. */
export interface NamedProfile {
  readonly name: string;
  /** `file:line:column` where a file names it; absent: the command line does. */
  readonly place?: string;
  /** Where a file of that name lies. */
  readonly locate: (path: string) => InputFile;
}

/** A shipped profile's file, named from the package's root. */
function shippedProfile(id: string): InputFile {
  const name = `controls/profiles/${id}.yaml`;
  return { path: packagePath(name), name };
}

/**
 * Reads a profile and, along `extends`, those that it starts from.
 *
 * @throws AssayError ERR_PROFILE and its kin, with file:line:column for what is inside a file
 */
export async function readChain(named: NamedProfile): Promise<ProfileChain> {
  const seen = new Map<string, ProfileFile>();
  const first = await locateProfile(named);
  let chain: ProfileChain | undefined;
  for (let next: InputFile | undefined = first; next !== undefined; ) {
    const again = seen.get(next.path);
    if (again !== undefined) refuseCircle([...seen.values()], again);
    const file = await readProfile(next);
    seen.set(next.path, file);
    chain = chain === undefined ? [file] : [file, ...chain];
    next = await locateParent(file, next);
  }
  return chain ?? [await readProfile(first)];
}

/** With a folder or an ending it is a file; a bare word is one of assay's own, so that neither hides the other. */
async function locateProfile({ name, place, locate }: NamedProfile): Promise<InputFile> {
  if (/[/\\]/.test(name) || isYaml(name)) return locate(name);
  const ids = await profileIds();
  if (ids.includes(name)) return shippedProfile(name);
  throw new AssayError(
    'ERR_PROFILE',
    `${place === undefined ? '' : `${place} `}expected a profile of assay or a file, got "${name}"${didYouMean(name, ids)}`,
    {
      remedy: `\`assay profiles list\` names those of assay; a file is named with its folder or ending: ./${name}.yaml`,
    },
  );
}

async function locateParent(
  { profile, at }: ProfileFile,
  { path, name }: InputFile,
): Promise<InputFile | undefined> {
  if (profile.extends === undefined) return undefined;
  return locateProfile({
    name: profile.extends,
    place: at(['extends']),
    locate: (relative) => ({ path: join(dirname(path), relative), name: join(dirname(name), relative) }),
  });
}

async function readProfile(file: InputFile): Promise<ProfileFile> {
  const { text, sha256 } = await readHashedText(file, 'a profile', 'ERR_PROFILE');
  const read = parseProfile(file.name, text, sha256);
  await refuseTakenId(read, file);
  return read;
}

/** Reports name profiles by their ids: another one must not go by the name of a guideline's. */
async function refuseTakenId({ profile: { id }, at }: ProfileFile, { path }: InputFile): Promise<void> {
  if (!(await profileIds()).includes(id) || (await isPackaged(path))) return;
  throw new AssayError(
    'ERR_PROFILE',
    `${at(['id'])} expected an id of its own, got "${id}", which is a profile of assay`,
    { remedy: 'Give yours another id, and extend that one where it should start from it.' },
  );
}
