import type { Bundle } from '../bundle/reader.ts';
import { loadControl } from '../config/load-control.ts';
import type { JudgeInput } from '../model/index.ts';

/**
 * All that a judgement of a bundle rests on, from the bundle alone.
 *
 * @throws AssayError ERR_CONTROL, ERR_YAML for a control that cannot be judged by, ERR_VERIFY_… for the bundle
 */
export function judgeInputOf(bundle: Bundle): JudgeInput {
  const facts = bundle.readFacts();
  return {
    run: bundle.readRun(),
    scope: bundle.readScope(),
    overrides: bundle.readOverrides(),
    controls: bundle.readControls().map(({ file, text }) => loadControl(file, text, facts).source),
    facts,
    frameworks: bundle.readFrameworks(),
  };
}
