import type { AssayError, Audit, Control, Framework, ParamOverrides } from '../model/index.ts';
import type { AssayFile } from './assay-file.ts';
import { fitsParam } from './param-value.ts';
import { refusalOf } from './refusal.ts';
import { didYouMean } from './suggest.ts';
import type { YamlPath } from './yaml.ts';

type Override = ParamOverrides['overrides'][number];

const refusal = refusalOf('ERR_CONFIG');

/** A name that should be one of those known. */
function unknown(
  place: string,
  what: string,
  got: string,
  known: readonly string[],
  remedy: string,
): AssayError {
  return refusal(place, `expected ${what}, got "${got}"${didYouMean(got, known)}`, remedy);
}

function checkAudit(audit: Audit, path: YamlPath, file: AssayFile, frameworks: readonly Framework[]): void {
  const framework = frameworks.find(({ id }) => id === audit.framework);
  if (framework === undefined) {
    const ids = frameworks.map(({ id }) => id);
    const place = file.at([...path, 'framework']);
    throw unknown(place, 'a known framework', audit.framework, ids, `assay knows ${ids.join(', ')}`);
  }
  const roles = framework.roles ?? [];
  if (audit.role !== undefined && !roles.includes(audit.role)) {
    const place = file.at([...path, 'role']);
    throw unknown(
      place,
      `a role under ${framework.id}`,
      audit.role,
      roles,
      `its roles are ${roles.join(', ')}`,
    );
  }
  const tags = [...new Set(file.config.targets.flatMap((target) => target.tags))];
  audit.boundaryTags.forEach((tag, index) => {
    if (tags.includes(tag)) return;
    const remedy = 'a boundary without targets would make an audit of nothing';
    throw unknown(
      file.at([...path, 'boundary', 'tags', index]),
      'a tag that a target carries',
      tag,
      tags,
      remedy,
    );
  });
}

function pathOf({ origin, of, control, param }: Override): YamlPath {
  return origin === 'system'
    ? ['params', 'system', control, param]
    : ['params', `${origin}s`, of, control, param];
}

function checkHolder(override: Override, file: AssayFile): void {
  const { targets } = file.config;
  const { origin, of } = override;
  const known = origin === 'tag' ? targets.flatMap(({ tags }) => tags) : targets.map(({ id }) => id);
  if (origin === 'system' || known.includes(of)) return;
  const what = origin === 'tag' ? 'a tag that a target carries' : 'the id of a target';
  throw unknown(
    file.keyAt(pathOf(override).slice(0, 3)),
    what,
    of,
    known,
    'an override that applies to nothing is a slip',
  );
}

function checkOverride(override: Override, file: AssayFile, controls: readonly Control[]): void {
  checkHolder(override, file);
  const path = pathOf(override);
  const control = controls.find(({ id }) => id === override.control);
  if (control === undefined) {
    const ids = controls.map(({ id }) => id);
    const remedy = '`assay controls list` names them all';
    throw unknown(file.keyAt(path.slice(0, -1)), 'the id of a control', override.control, ids, remedy);
  }
  const params = Object.keys(control.params);
  const spec = Object.hasOwn(control.params, override.param) ? control.params[override.param] : undefined;
  if (spec === undefined) {
    const remedy = params.length === 0 ? 'it has no parameters' : `its parameters are ${params.join(', ')}`;
    throw unknown(file.keyAt(path), `a parameter of ${control.id}`, override.param, params, remedy);
  }
  if (fitsParam(spec.type, override.value)) return;
  const place = file.at([...path, 'value']);
  throw refusal(
    place,
    `expected a value of type ${spec.type}, got another type`,
    `as in ${JSON.stringify(spec.default)}`,
  );
}

/**
 * Checks what an `assay.yaml` names: frameworks, roles, tags, controls, their parameters and the types of values.
 *
 * @throws AssayError ERR_CONFIG `file:line:column expected …, got …`
 */
export function checkNames(
  file: AssayFile,
  controls: readonly Control[],
  frameworks: readonly Framework[],
): void {
  file.config.audits.forEach((audit, index) => {
    checkAudit(audit, ['audits', index], file, frameworks);
  });
  for (const override of file.config.params) checkOverride(override, file, controls);
}
