import type { Element } from '../model/index.ts';
import { shapeCheck } from './schema-errors.ts';
import { elementsSchema } from './schemas/elements-schema.ts';
import { parseYaml } from './yaml.ts';

/** Elements that every requirement tree may name by their id alone. */
export type CommonElements = ReadonlyMap<string, Element>;

const check = shapeCheck<Readonly<Record<string, Omit<Element, 'id'>>>>(elementsSchema, 'ERR_FRAMEWORK');

/**
 * Reads the common titles and kinds of elements.
 *
 * @throws AssayError ERR_YAML or ERR_FRAMEWORK: `file:line:column expected …, got …`
 */
export function parseElements(file: string, text: string): CommonElements {
  const raw = check(parseYaml(file, text));
  return new Map(Object.entries(raw).map(([id, { title, kinds }]) => [id, { id, title, kinds }]));
}
