import {
  AssayError,
  type Audit,
  type Control,
  type ControlSource,
  type ProfileSelect,
  type Selection,
  severities,
  type Tailoring,
} from '../model/index.ts';
import { namesControl } from './selection.ts';

/** A control, compiled or not. */
export interface WithSource {
  readonly source: ControlSource;
}

/**
 * The controls that a profile asks for and none leaves out.
 *
 * @throws AssayError ERR_NO_CONTROL
 */
export function applyTailoring<T extends WithSource>(
  controls: readonly T[],
  tailoring: Tailoring | undefined,
): readonly T[] {
  if (tailoring === undefined) return controls;
  const excluded = new Set(tailoring.excluded.map(({ control }) => control));
  const kept = controls.filter(
    ({ source: { control } }) =>
      !excluded.has(control.id) && tailoring.selects.some((select) => isSelected(control, select)),
  );
  if (kept.length > 0) return kept;
  throw new AssayError(
    'ERR_NO_CONTROL',
    `expected profiles that leave a control, got ${tailoring.profiles.map(({ id }) => id).join(', ')}, which leave none`,
    { remedy: 'Compare their select and exclude with --framework, --control and --severity.' },
  );
}

function isSelected(control: Control, { frameworks, controls, severity }: ProfileSelect): boolean {
  const linked = frameworks.length === 0 || frameworks.some((id) => (control.satisfies[id] ?? []).length > 0);
  const named = controls.length === 0 || controls.some((name) => namesControl(name, control));
  return linked && named && severities.indexOf(control.severity) >= severities.indexOf(severity);
}

/**
 * The selection that a report's audits follow: where nothing names a framework, those that every profile restricts
 * itself to.
 */
export function narrowedSelection(
  selection: Selection,
  declared: readonly Audit[],
  tailoring: Tailoring | undefined,
): Selection {
  const selects = tailoring?.selects ?? [];
  const restricted = selects.length > 0 && selects.every(({ frameworks }) => frameworks.length > 0);
  if (selection.frameworks.length > 0 || declared.length > 0 || !restricted) return selection;
  return { ...selection, frameworks: [...new Set(selects.flatMap(({ frameworks }) => frameworks))] };
}
