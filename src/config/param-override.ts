import type { Control, ParamOverride } from '../model/index.ts';
import { boundsWords, valueFault } from './param-bounds.ts';
import { refusalOf } from './refusal.ts';
import { didYouMean } from './suggest.ts';
import type { YamlPath, YamlSource } from './yaml.ts';

const refusal = refusalOf('ERR_CONFIG');

/** @throws AssayError ERR_CONFIG naming the id that was probably meant. */
export function requireControlId(id: string, place: string, controls: readonly Control[]): Control {
  const control = controls.find((candidate) => candidate.id === id);
  if (control !== undefined) return control;
  const meant = didYouMean(
    id,
    controls.map((each) => each.id),
  );
  const remedy = '`assay controls list` names them all';
  throw refusal(place, `expected the id of a control, got "${id}"${meant}`, remedy);
}

/**
 * Checks that an override names a control, one of its parameters, and a value within its bounds.
 *
 * @param path of the override in its file: `[…, control, param]`
 * @throws AssayError ERR_CONFIG `file:line:column expected …, got …`
 */
export function checkParamOverride(
  override: ParamOverride,
  path: YamlPath,
  file: Pick<YamlSource, 'at' | 'keyAt'>,
  controls: readonly Control[],
): void {
  const control = requireControlId(override.control, file.keyAt(path.slice(0, -1)), controls);
  const params = Object.keys(control.params);
  const spec = Object.hasOwn(control.params, override.param) ? control.params[override.param] : undefined;
  if (spec === undefined) {
    const remedy = params.length === 0 ? 'it has no parameters' : `its parameters are ${params.join(', ')}`;
    const sentence = `expected a parameter of ${control.id}, got "${override.param}"${didYouMean(override.param, params)}`;
    throw refusal(file.keyAt(path), sentence, remedy);
  }
  const fault = valueFault(spec, override.value);
  if (fault === undefined) return;
  const bounds = boundsWords(spec);
  const remedy = `the default is ${JSON.stringify(spec.default)}${bounds === '' ? '' : ` (${bounds})`}; all of it: \`assay controls show ${control.id}\``;
  throw refusal(file.at([...path, 'value', ...fault.path]), fault.sentence, remedy);
}
