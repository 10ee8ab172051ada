import type { Element, Requirement } from '../model/index.ts';
import type { CommonElements } from './elements-file.ts';
import { refusalOf } from './refusal.ts';
import { didYouMean } from './suggest.ts';
import type { YamlPath } from './yaml.ts';

/** An element as a tree names it: what it leaves out is that of the common one. */
export type RawElement = Pick<Element, 'id'> & Partial<Element>;

type RawRequirement = Pick<Requirement, 'testability'> & { readonly elements?: readonly RawElement[] };
type At = (path: YamlPath) => string;

const refusal = refusalOf('ERR_FRAMEWORK');

/** Elements stand where tests decide something, and nothing is decided by tests that name no element. */
function checkPresence({ testability, elements }: RawRequirement, at: At): void {
  if (testability === 'automated' && elements === undefined)
    throw refusal(
      at(['testability']),
      'expected elements for testability automated, got none',
      'list what decides it, or call it assisted or manual',
    );
  if (elements !== undefined && testability !== 'automated' && testability !== 'assisted')
    throw refusal(
      at(['elements']),
      `expected elements of testability automated or assisted only, got them of ${testability}`,
      'leave them out, or correct the testability',
    );
}

function resolve(raw: RawElement, at: At, common: CommonElements): Element {
  const known = common.get(raw.id);
  const title = raw.title ?? known?.title;
  const kinds = raw.kinds ?? known?.kinds;
  if (title !== undefined && kinds !== undefined) return { id: raw.id, title, kinds };
  const sentence = `expected a common element, or title and kinds, got "${raw.id}"${didYouMean(raw.id, common.keys())}`;
  throw refusal(at(['id']), sentence, 'correct the id, or say what it is');
}

/**
 * What decides a requirement, in the order of the file; empty where nothing does.
 *
 * @throws AssayError ERR_FRAMEWORK: `file:line:column expected …, got …`
 */
export function resolveElements(
  requirement: RawRequirement,
  at: At,
  common: CommonElements,
): readonly Element[] {
  checkPresence(requirement, at);
  const seen = new Set<string>();
  return (requirement.elements ?? []).map((raw, index) => {
    const place: At = (path) => at(['elements', index, ...path]);
    if (seen.has(raw.id))
      throw refusal(place(['id']), `expected each element once, got "${raw.id}" again`, 'leave one out');
    seen.add(raw.id);
    return resolve(raw, place, common);
  });
}
