import type { Control, Framework } from '../model/index.ts';
import { controlGroups } from './control-groups.ts';
import { checkParamOverride, requireControlId } from './param-override.ts';
import type { ProfileFile } from './profile.ts';
import { refusalOf } from './refusal.ts';
import { didYouMean } from './suggest.ts';

const refusal = refusalOf('ERR_PROFILE', 'docs/tailoring.md');

function checkExclusions({ profile, at }: ProfileFile, controls: readonly Control[]): void {
  const seen = new Set<string>();
  profile.exclude.forEach(({ control }, index) => {
    const place = at(['exclude', index, 'control']);
    requireControlId(control, place, controls);
    if (seen.has(control))
      throw refusal(place, `expected each control once, got "${control}" again`, 'leave one out');
    seen.add(control);
  });
}

/**
 * Checks what a profile names: frameworks, controls, their parameters and the bounds of values.
 *
 * @throws AssayError ERR_PROFILE, ERR_CONFIG: `file:line:column expected …, got …`
 */
export function checkProfile(
  file: ProfileFile,
  controls: readonly Control[],
  frameworks: readonly Framework[],
): void {
  const { profile, at } = file;
  const ids = frameworks.map(({ id }) => id);
  profile.select.frameworks?.forEach((id, index) => {
    if (ids.includes(id)) return;
    const sentence = `expected a known framework, got "${id}"${didYouMean(id, ids)}`;
    throw refusal(at(['select', 'frameworks', index]), sentence, `assay knows ${ids.join(', ')}`);
  });
  const groups = controlGroups(controls);
  profile.select.controls?.forEach((name, index) => {
    if (groups.has(name)) return;
    const sentence = `expected a control, got "${name}"${didYouMean(name, groups.keys())}`;
    throw refusal(at(['select', 'controls', index]), sentence, '`assay controls list` names them all');
  });
  checkExclusions(file, controls);
  for (const override of profile.params)
    checkParamOverride(override, ['params', override.control, override.param], file, controls);
}
