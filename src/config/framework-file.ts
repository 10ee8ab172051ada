import type { Framework, Requirement } from '../model/index.ts';
import { refusalOf } from './refusal.ts';
import { shapeCheck } from './schema-errors.ts';
import { frameworkSchema } from './schemas/framework-schema.ts';
import { didYouMean } from './suggest.ts';
import { parseYaml, type YamlSource } from './yaml.ts';

type Same =
  | 'id'
  | 'title'
  | 'section'
  | 'kind'
  | 'testability'
  | 'citation'
  | 'evidence'
  | 'frequency'
  | 'effective';

interface RawRequirement extends Pick<Requirement, Same | 'aliases' | 'numbering'> {
  readonly parent?: string;
  readonly 'applies-to'?: readonly string[];
  readonly 'effective-scope'?: string;
  readonly 'aggregates-children'?: boolean;
  readonly 'required-without-specification'?: boolean;
}

type RawFramework = Omit<Framework, 'requirements'> & {
  readonly roles: readonly string[];
  readonly requirements: readonly RawRequirement[];
};

const check = shapeCheck<RawFramework>(frameworkSchema, 'ERR_FRAMEWORK');

const refusal = refusalOf('ERR_FRAMEWORK');

function requirementOf(raw: RawRequirement): Requirement {
  const {
    parent = null,
    'applies-to': appliesTo,
    'effective-scope': effectiveScope,
    'aggregates-children': aggregatesChildren,
    'required-without-specification': requiredWithoutSpecification,
    ...same
  } = raw;
  return {
    ...same,
    parent,
    ...(appliesTo === undefined ? {} : { appliesTo }),
    ...(effectiveScope === undefined ? {} : { effectiveScope }),
    ...(aggregatesChildren === undefined ? {} : { aggregatesChildren }),
    ...(requiredWithoutSpecification === undefined ? {} : { requiredWithoutSpecification }),
  };
}

/** A parent stands above its children: so the list is a forest, without circles. */
function checkTree(raw: RawFramework, source: YamlSource): void {
  const above = new Set<string>();
  const all = new Set(raw.requirements.map(({ id }) => id));
  raw.requirements.forEach(({ id, parent }, index) => {
    const path = ['requirements', index];
    if (above.has(id))
      throw refusal(source.at([...path, 'id']), `expected each id once, got "${id}" again`, 'leave one out');
    if (parent !== undefined && !above.has(parent)) {
      const got = all.has(parent) ? `"${parent}", which does not` : `"${parent}"${didYouMean(parent, above)}`;
      const sentence = `expected a parent that stands above, got ${got}`;
      throw refusal(source.at([...path, 'parent']), sentence, 'correct the parent, or move it up');
    }
    above.add(id);
  });
}

function checkRoles(raw: RawFramework, source: YamlSource): void {
  raw.requirements.forEach((requirement, index) => {
    requirement['applies-to']?.forEach((role, place) => {
      if (raw.roles.includes(role)) return;
      const sentence = `expected a role of this framework, got "${role}"${didYouMean(role, raw.roles)}`;
      throw refusal(
        source.at(['requirements', index, 'applies-to', place]),
        sentence,
        'roles are listed at the top',
      );
    });
  });
}

/**
 * Reads a requirement tree: unique ids, every parent above its children, roles declared.
 *
 * @throws AssayError ERR_YAML or ERR_FRAMEWORK: `file:line:column expected …, got …`
 */
export function parseFramework(file: string, text: string): Framework {
  const source = parseYaml(file, text);
  const raw = check(source);
  checkTree(raw, source);
  checkRoles(raw, source);
  return { ...raw, requirements: raw.requirements.map(requirementOf) };
}
