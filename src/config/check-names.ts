import type { AssayError, Audit, Control, Framework, ParamOverrides } from '../model/index.ts';
import type { AssayFile } from './assay-file.ts';
import { checkOwners } from './follow-up.ts';
import { checkParamOverride } from './param-override.ts';
import { refusalOf } from './refusal.ts';
import { checkResponsibilities } from './responsibilities.ts';
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
  checkCategories(audit, path, file, framework);
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

function checkCategories(
  audit: Audit,
  path: YamlPath,
  file: AssayFile,
  { id, categories = [] }: Framework,
): void {
  audit.categories?.forEach((category, index) => {
    if (categories.includes(category)) return;
    const remedy =
      categories.length === 0 ? 'it has none: leave them out' : `they are ${categories.join(', ')}`;
    const place = file.at([...path, 'categories', index]);
    throw unknown(place, `a category of ${id}`, category, categories, remedy);
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
  checkParamOverride(override, pathOf(override), file, controls);
}

/**
 * Checks what an `assay.yaml` names: frameworks, roles, tags, controls, their parameters and the bounds of values.
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
  checkResponsibilities(file, controls, frameworks);
  checkOwners(file);
}
