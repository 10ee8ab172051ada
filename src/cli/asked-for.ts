import { decidedBy } from '../config/profile-chain.ts';
import {
  AssayError,
  type Control,
  type NotAskedFor,
  type Selection,
  type Tailoring,
} from '../model/index.ts';
import type { WithSource } from './tailored-selection.ts';

/** The controls that were asked for, and those of groups that nobody asked for. */
export interface AskedFor<T> {
  readonly controls: readonly T[];
  readonly notAskedFor: readonly NotAskedFor[];
}

/**
 * Leaves out the controls of groups that have to be asked for: by `--probe` or the configuration's `probes`, or each
 * by its own id, on the command line or in a profile.
 *
 * @throws AssayError ERR_NO_CONTROL where nothing is left
 */
export function leaveUnasked<T extends WithSource>(
  selected: readonly T[],
  selection: Selection,
  tailoring: Tailoring | undefined,
): AskedFor<T> {
  const ids = [...selection.controls, ...(tailoring?.selects ?? []).flatMap(({ controls }) => controls)];
  const isAskedFor = ({ id, aliases, probe }: Control): boolean =>
    probe === undefined ||
    (selection.probes ?? []).includes(probe) ||
    [id, ...aliases].some((name) => ids.includes(name));
  const controls = selected.filter(({ source }) => isAskedFor(source.control));
  const notAskedFor = selected.flatMap(({ source: { control } }) => {
    const { id, title, probe } = control;
    if (probe === undefined || isAskedFor(control)) return [];
    return [{ control: id, title, probe, requirements: decidedBy(control) }];
  });
  if (controls.length > 0) return { controls, notAskedFor };
  const groups = [...new Set(notAskedFor.map(({ probe }) => probe))].join(',');
  throw new AssayError(
    'ERR_NO_CONTROL',
    `expected a selection that leaves a control, got only such as have to be asked for (${groups})`,
    { remedy: `Ask for them with --probe ${groups}, or for each by its whole id.` },
  );
}
