import type { Element, Framework, Requirement } from '../model/index.ts';
import type { CommonElements } from './elements-file.ts';
import { refusalOf } from './refusal.ts';
import { type RawElement, resolveElements } from './requirement-elements.ts';
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
  | 'effective'
  | 'category';

interface RawRequirement extends Pick<Requirement, Same | 'aliases' | 'numbering'> {
  readonly parent?: string;
  readonly 'applies-to'?: readonly string[];
  readonly elements?: readonly RawElement[];
  readonly 'effective-scope'?: string;
  readonly 'aggregates-children'?: boolean;
  readonly 'required-without-specification'?: boolean;
}

type RawFramework = Omit<Framework, 'requirements' | 'leftOut'> & {
  readonly roles: readonly string[];
  readonly 'left-out'?: Framework['leftOut'] & {};
  readonly requirements: readonly RawRequirement[];
};

const check = shapeCheck<RawFramework>(frameworkSchema, 'ERR_FRAMEWORK');

const refusal = refusalOf('ERR_FRAMEWORK');

function requirementOf(raw: RawRequirement, elements: readonly Element[]): Requirement {
  const {
    parent = null,
    'applies-to': appliesTo,
    'effective-scope': effectiveScope,
    'aggregates-children': aggregatesChildren,
    'required-without-specification': requiredWithoutSpecification,
    elements: _,
    ...same
  } = raw;
  return {
    ...same,
    parent,
    ...(appliesTo === undefined ? {} : { appliesTo }),
    ...(elements.length === 0 ? {} : { elements }),
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

function checkCategories({ categories = [], requirements }: RawFramework, source: YamlSource): void {
  requirements.forEach(({ category }, index) => {
    if (category === undefined || categories.includes(category)) return;
    const sentence = `expected a category of this framework, got "${category}"${didYouMean(category, categories)}`;
    throw refusal(
      source.at(['requirements', index, 'category']),
      sentence,
      'categories are listed at the top',
    );
  });
}

/**
 * Reads a requirement tree: unique ids, every parent above its children, roles and categories declared, elements
 * where tests decide something.
 *
 * @param common elements that the tree may name by their id alone; it gives title and kinds of any other.
 * @throws AssayError ERR_YAML or ERR_FRAMEWORK: `file:line:column expected …, got …`
 */
export function parseFramework(file: string, text: string, common: CommonElements = new Map()): Framework {
  const source = parseYaml(file, text);
  const { 'left-out': leftOut, requirements, ...same } = check(source);
  const raw = { ...same, requirements };
  checkTree(raw, source);
  checkRoles(raw, source);
  checkCategories(raw, source);
  return {
    ...same,
    ...(leftOut === undefined ? {} : { leftOut }),
    requirements: requirements.map((requirement, index) =>
      requirementOf(
        requirement,
        resolveElements(requirement, (path) => source.at(['requirements', index, ...path]), common),
      ),
    ),
  };
}
