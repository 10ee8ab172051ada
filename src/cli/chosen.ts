import type { LoadedControl } from '../config/load-control.ts';
import type { Target } from '../model/index.ts';
import { type AskedFor, leaveUnasked } from './asked-for.ts';
import type { Library } from './library.ts';
import type { ScanRequest } from './scan.ts';
import { selectControls, selectTargets } from './selection.ts';
import { applyTailoring } from './tailored-selection.ts';

/** The controls and the targets that a request comes to. */
export interface Chosen extends AskedFor<LoadedControl> {
  readonly targets: readonly Target[];
}

/** @throws AssayError where nothing is left, or a name is not known */
export function choose(
  {
    selection,
    audits,
    targets,
    declared,
  }: Pick<ScanRequest, 'selection' | 'audits' | 'targets' | 'declared'>,
  library: Library,
): Chosen {
  const { tailoring } = declared;
  const selected = applyTailoring(selectControls(library, selection, audits), tailoring);
  return {
    ...leaveUnasked(selected, selection, tailoring),
    targets: selectTargets(targets, selection.tags),
  };
}
