import { paths } from '../bundle/layout.ts';
import type { Bundle } from '../bundle/reader.ts';
import { printable, refusal } from '../bundle/refusal.ts';
import { loadControl } from '../config/load-control.ts';
import { valueFault } from '../config/param-bounds.ts';
import type { ControlSource, JudgeInput, ParamOverride } from '../model/index.ts';

/**
 * All that a judgement of a bundle rests on, from the bundle alone.
 *
 * @throws AssayError ERR_CONTROL, ERR_YAML for a control that cannot be judged by, ERR_VERIFY_… for the bundle
 */
export function judgeInputOf(bundle: Bundle): JudgeInput {
  const facts = bundle.readFacts();
  const history = bundle.readHistory();
  const controls = bundle.readControls().map(({ file, text }) => loadControl(file, text, facts).source);
  const overrides = bundle.readOverrides();
  for (const override of overrides.overrides) checkValue(override, controls);
  return {
    run: bundle.readRun(),
    scope: bundle.readScope(),
    overrides,
    controls,
    facts,
    frameworks: bundle.readFrameworks(),
    ...(history === undefined ? {} : { history }),
  };
}

/** As the configuration would: a value of another type, or out of bounds, cannot be judged by. */
function checkValue({ control: id, param, value }: ParamOverride, controls: readonly ControlSource[]): void {
  const params = controls.find(({ control }) => control.id === id)?.control.params ?? {};
  const spec = Object.hasOwn(params, param) ? params[param] : undefined;
  const fault = spec && valueFault(spec, value);
  if (fault !== undefined)
    throw refusal('FORMAT', printable(`${paths.overrides}: ${id}, ${param}: ${fault.sentence}`));
}
