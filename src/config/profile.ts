import type { ParamOverride, ProfileSelect } from '../model/index.ts';
import { overridesOf, type RawOverrides } from './param-overrides.ts';
import { shapeCheck } from './schema-errors.ts';
import { profileSchema } from './schemas/profile-schema.ts';
import { parseYaml, type YamlSource } from './yaml.ts';

interface RawProfile {
  readonly id: string;
  readonly title: string;
  readonly extends?: string;
  readonly select?: Partial<Omit<ProfileSelect, 'profile'>>;
  readonly exclude?: Profile['exclude'];
  readonly params?: RawOverrides;
}

/** What a profile's file says by itself, without the one it extends. */
export interface Profile {
  readonly id: string;
  readonly title: string;
  /** The profile it extends, as written: a file relative to this profile's file, or the id of one of assay. */
  readonly extends?: string;
  /** Keys that are absent are inherited. */
  readonly select: Partial<Omit<ProfileSelect, 'profile'>>;
  readonly exclude: readonly { readonly control: string; readonly reason: string }[];
  readonly params: readonly ParamOverride[];
}

/** A profile, and where each part of its file stands. */
export interface ProfileFile {
  readonly profile: Profile;
  /** Of the file. */
  readonly sha256: string;
  /** The comment that the file begins with, a line each: what it rests on, and what it leaves open. */
  readonly notes: readonly string[];
  readonly at: YamlSource['at'];
  readonly keyAt: YamlSource['keyAt'];
}

const check = shapeCheck<RawProfile>(profileSchema, 'ERR_PROFILE', 'docs/tailoring.md');

/**
 * Reads a profile. Neither the profile it extends nor the names in it are looked up (see `requireChain` and
 * `checkProfile`).
 *
 * @param sha256 of the file
 * @throws AssayError ERR_YAML or ERR_PROFILE: `file:line:column expected …, got …`
 */
export function parseProfile(file: string, text: string, sha256: string): ProfileFile {
  const source = parseYaml(file, text);
  const raw = check(source);
  const { id, title, select = {}, exclude = [] } = raw;
  const profile: Profile = {
    ...{ id, title, select, exclude },
    ...(raw.extends === undefined ? {} : { extends: raw.extends }),
    params: overridesOf('profile', id, raw.params),
  };
  return { profile, sha256, notes: notesIn(text), at: source.at, keyAt: source.keyAt };
}

/** Editors read the line with the schema; people do not. */
function notesIn(text: string): readonly string[] {
  const lines = text.split(/\r?\n/);
  const end = lines.findIndex((line) => !line.startsWith('#'));
  return lines
    .slice(0, Math.max(0, end))
    .filter((line) => !line.startsWith('# yaml-language-server:'))
    .map((line) => line.replace(/^# ?/, ''));
}
