import { checkProfile } from '../config/check-profile.ts';
import { type ProfileChain, tailor } from '../config/profile-chain.ts';
import { isLooser } from '../engine/looser.ts';
import type { Control, Json, ParamOverride, Tailoring } from '../model/index.ts';
import { visibleLines } from '../report/visible.ts';
import { exitCodes } from './exit-code.ts';
import type { Io } from './io.ts';
import { type Library, loadLibrary } from './library.ts';
import { profileIds } from './package-files.ts';
import { readChain } from './profile-files.ts';
import { applyTailoring } from './tailored-selection.ts';
import { profilesNamed } from './under-profiles.ts';

interface ProfileOptions {
  readonly json?: boolean;
}

/** What a profile comes to with this library, with those that it extends. */
interface ShownProfile {
  readonly id: string;
  readonly title: string;
  readonly notes: readonly string[];
  readonly profiles: Tailoring['profiles'];
  readonly controls: readonly string[];
  readonly excluded: readonly { readonly control: string; readonly reason: string }[];
  readonly params: readonly ShownParam[];
}

interface ShownParam extends Pick<ParamOverride, 'control' | 'param' | 'value' | 'reason'> {
  readonly default: Json;
  readonly looser: boolean;
}

/** `assay profiles list`: those that come with assay. */
export async function runProfilesList(options: ProfileOptions, io: Io): Promise<number> {
  const chains = await Promise.all(profilesNamed(await profileIds(), io).map(readChain));
  const rows = chains.map(headOf).map(({ profile: { id, title }, sha256 }) => ({ id, title, sha256 }));
  const text = rows.map(({ id, title }) => `${id.padEnd(26)}  ${title}\n`);
  io.stdout.write(options.json ? `${JSON.stringify(rows, null, 2)}\n` : text.join(''));
  return exitCodes.clean;
}

/** `assay profiles show`: what one selects and sets, why, and what it says of itself. */
export async function runProfilesShow(name: string, options: ProfileOptions, io: Io): Promise<number> {
  const library = await loadLibrary();
  const chains = await Promise.all(profilesNamed([name], io).map(readChain));
  const shown = chains.map((chain) => shownOf(chain, library));
  io.stdout.write(
    options.json ? `${JSON.stringify(shown[0], null, 2)}\n` : shown.flatMap(describe).join('\n').concat('\n'),
  );
  return exitCodes.clean;
}

function headOf(chain: ProfileChain): ProfileChain[0] {
  return chain.at(-1) ?? chain[0];
}

function shownOf(chain: ProfileChain, { controls: loaded, frameworks }: Library): ShownProfile {
  const controls = loaded.map(({ source }) => source.control);
  for (const file of chain) checkProfile(file, controls, frameworks);
  const { tailoring, params } = tailor([chain], controls);
  const { profile, notes } = headOf(chain);
  return {
    ...{ id: profile.id, title: profile.title, notes },
    profiles: tailoring.profiles,
    controls: applyTailoring(loaded, tailoring).map(({ source }) => source.control.id),
    excluded: tailoring.excluded.map(({ control, reason }) => ({ control, reason })),
    params: params.flatMap((override) => shownParam(override, controls)),
  };
}

function shownParam(
  { control: id, param, value, reason }: ParamOverride,
  controls: readonly Control[],
): readonly ShownParam[] {
  const spec = controls.find((control) => control.id === id)?.params[param];
  if (spec === undefined) return [];
  return [{ control: id, param, value, default: spec.default, looser: isLooser(spec, value), reason }];
}

function describe({
  id,
  title,
  notes,
  profiles,
  controls,
  excluded,
  params,
}: ShownProfile): readonly string[] {
  return [
    `profile         ${id}`,
    `title           ${title}`,
    ...profiles.map((each) => `sha256          ${each.sha256}  ${each.id}`),
    ...notes.map((line) => `                ${line}`),
    ...controls.map((each) => `selects         ${each}`),
    ...excluded.map(({ control, reason }) => `leaves out      ${control}: ${reason}`),
    ...params.flatMap(paramLines),
  ].flatMap(visibleLines);
}

function paramLines({ control, param, value, looser, reason, ...spec }: ShownParam): readonly string[] {
  const standard = JSON.stringify(spec.default);
  const than = `in place of the default ${standard}${looser ? ', and looser' : ''}`;
  return [
    `sets            ${control} ${param} = ${JSON.stringify(value)}`,
    `                ${JSON.stringify(value) === standard ? 'the default' : than}: ${reason}`,
  ];
}
