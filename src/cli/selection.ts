import { controlGroups } from '../config/control-groups.ts';
import type { LoadedControl } from '../config/load-control.ts';
import { didYouMean } from '../config/suggest.ts';
import {
  AssayError,
  type Audit,
  type Framework,
  type Selection,
  severities,
  type Target,
} from '../model/index.ts';
import type { Library } from './library.ts';

/**
 * The controls that a scan was asked for: all, or those that the audits' frameworks link to, narrowed by what was
 * given.
 *
 * @throws AssayError ERR_UNKNOWN_FRAMEWORK, ERR_UNKNOWN_CONTROL, ERR_NO_CONTROL.
 */
export function selectControls(
  { controls, frameworks }: Library,
  selection: Selection,
  declared: readonly Audit[],
): readonly LoadedControl[] {
  for (const id of selection.frameworks) requireFramework(id, frameworks);
  for (const id of selection.controls) requireControl(id, controls);
  const wanted =
    selection.frameworks.length > 0 ? selection.frameworks : declared.map(({ framework }) => framework);
  const least = severities.indexOf(selection.severity);
  const selected = controls.filter(({ source: { control } }) => {
    const named =
      selection.controls.length === 0 || selection.controls.some((id) => namesControl(id, control));
    const linked = wanted.length === 0 || wanted.some((id) => (control.satisfies[id] ?? []).length > 0);
    return named && linked && severities.indexOf(control.severity) >= least;
  });
  if (selected.length > 0) return selected;
  throw new AssayError(
    'ERR_NO_CONTROL',
    'expected a selection that leaves a control, got one that leaves none',
    {
      remedy: 'Drop one of --framework, --control and --severity; `assay controls list` shows what there is.',
    },
  );
}

/**
 * The audits that a scan reports on: those declared, narrowed to the frameworks asked for; where none is declared, one
 * for each framework asked for, or for all, which never influences the exit code.
 */
export function selectAudits(
  frameworks: readonly Framework[],
  selection: Selection,
  declared: readonly Audit[],
): readonly Audit[] {
  const asked = selection.frameworks;
  const kept = declared.filter(({ framework }) => asked.length === 0 || asked.includes(framework));
  const ids = asked.length > 0 ? asked : frameworks.map(({ id }) => id);
  const missing = declared.length > 0 && asked.length === 0 ? [] : ids;
  const added = missing
    .filter((id) => !kept.some(({ framework }) => framework === id))
    .map((framework) => ({ framework, boundaryTags: [] }));
  return [...kept.map((audit) => ({ ...audit, declared: true as const })), ...added];
}

/** @throws AssayError ERR_NO_TARGET when no target carries any of the tags. */
export function selectTargets(targets: readonly Target[], tags: readonly string[]): readonly Target[] {
  const selected = targets.filter(
    (target) => tags.length === 0 || tags.some((tag) => target.tags.includes(tag)),
  );
  if (selected.length > 0) return selected;
  const known = [...new Set(targets.flatMap((target) => target.tags))].sort();
  throw new AssayError(
    'ERR_NO_TARGET',
    tags.length > 0
      ? `expected a target tagged ${tags.join(' or ')}, got none${didYouMean(tags[0] ?? '', known)}`
      : 'expected a target, got none',
    { remedy: 'Name a target: `assay scan https://host`, or list targets in assay.yaml.' },
  );
}

/** @throws AssayError ERR_UNKNOWN_FRAMEWORK with what was probably meant. */
export function requireFramework(id: string, frameworks: readonly Framework[]): Framework {
  const framework = frameworks.find((candidate) => candidate.id === id);
  if (framework) return framework;
  const ids = frameworks.map((candidate) => candidate.id);
  throw new AssayError('ERR_UNKNOWN_FRAMEWORK', `expected a framework, got "${id}"${didYouMean(id, ids)}`, {
    remedy: `Frameworks: ${ids.join(', ')}.`,
  });
}

/** @throws AssayError ERR_UNKNOWN_CONTROL with what was probably meant. */
export function requireControl(id: string, controls: readonly LoadedControl[]): readonly LoadedControl[] {
  const found = controls.filter(({ source: { control } }) => namesControl(id, control));
  if (found.length > 0) return found;
  const ids = controlGroups(controls.map(({ source }) => source.control)).keys();
  throw new AssayError('ERR_UNKNOWN_CONTROL', `expected a control, got "${id}"${didYouMean(id, ids)}`, {
    remedy: '`assay controls list` shows every control.',
  });
}

/** A control is named by its id, an alias, or the beginning of its id up to a dot. */
export function namesControl(
  id: string,
  control: { readonly id: string; readonly aliases: readonly string[] },
): boolean {
  return control.id === id || control.aliases.includes(id) || control.id.startsWith(`${id}.`);
}
