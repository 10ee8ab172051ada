import type { Control, ParamOverride, ProfileSelect, RequirementLink, Tailoring } from '../model/index.ts';
import type { ProfileFile } from './profile.ts';
import { refusalOf } from './refusal.ts';

const refusal = refusalOf('ERR_PROFILE', 'docs/tailoring.md');

/** A profile with those that it extends, the most general first: what one name in a configuration stands for. */
export type ProfileChain = readonly [...ProfileFile[], ProfileFile];

/**
 * Refuses a profile that extends itself, through however many others.
 *
 * @param extending from the profile that a configuration names to the one that has just been found again
 * @param again the profile that is in the list already
 * @throws AssayError ERR_PROFILE with the places of both `extends`
 */
export function refuseCircle(extending: readonly ProfileFile[], again: ProfileFile): never {
  const last = extending.at(-1) ?? again;
  const between = extending.slice(extending.indexOf(again)).map(({ profile }) => profile.id);
  throw refusal(
    last.at(['extends']),
    `expected profiles that end somewhere, got a circle: ${[...between, again.profile.id].join(' extends ')} (it begins at ${again.at(['extends'])})`,
    'take one extends out',
  );
}

/** The same profile reached twice is one; two files with one id are a mistake. */
function distinct(chains: readonly ProfileChain[]): readonly ProfileFile[] {
  const byId = new Map<string, ProfileFile>();
  for (const file of chains.flat()) {
    const first = byId.get(file.profile.id);
    if (first !== undefined && first.at(['id']) !== file.at(['id']))
      throw refusal(
        file.at(['id']),
        `expected an id of its own, got "${file.profile.id}" (also at ${first.at(['id'])})`,
        'rename one of the two profiles',
      );
    if (first === undefined) byId.set(file.profile.id, file);
  }
  return [...byId.values()];
}

/** Each key of the last profile that has it; absent ones do not restrict. */
function selectOf(chain: ProfileChain): ProfileSelect {
  const merged = Object.assign({}, ...chain.map(({ profile }) => profile.select));
  const { frameworks = [], controls = [], severity = 'low' }: Partial<ProfileSelect> = merged;
  return { profile: chain.at(-1)?.profile.id ?? '', frameworks, controls, severity };
}

/** The requirements that a control helps to decide. */
export function decidedBy({ satisfies }: Control): Tailoring['excluded'][number]['requirements'] {
  const deciding = ([framework, links]: readonly [string, readonly RequirementLink[]]) =>
    links.filter(({ strength }) => strength !== 'supporting').map(({ id }) => ({ framework, id }));
  return Object.entries(satisfies).flatMap(deciding);
}

/**
 * What the profiles of a configuration make of the library, and the parameters that they give, in the order in which
 * they apply. Names must have been checked.
 *
 * @throws AssayError ERR_PROFILE for two files with one id
 */
export function tailor(
  chains: readonly ProfileChain[],
  controls: readonly Control[],
): { readonly tailoring: Tailoring; readonly params: readonly ParamOverride[] } {
  const files = distinct(chains);
  const parents = new Map(
    chains.flatMap((chain) =>
      chain.slice(1).map((file, index) => [file.profile.id, chain[index]?.profile.id]),
    ),
  );
  const excluded = files.flatMap(({ profile }) =>
    profile.exclude.flatMap(({ control: id, reason }) => {
      const control = controls.find((each) => each.id === id);
      if (control === undefined) return [];
      const { title } = control;
      return [{ control: id, title, reason, profile: profile.id, requirements: decidedBy(control) }];
    }),
  );
  const profiles = files.map(({ profile: { id, title }, sha256 }) => {
    const parent = parents.get(id);
    return { id, title, ...(parent === undefined ? {} : { extends: parent }), sha256 };
  });
  return {
    tailoring: { profiles, selects: chains.map(selectOf), excluded },
    params: files.flatMap(({ profile }) => profile.params),
  };
}
