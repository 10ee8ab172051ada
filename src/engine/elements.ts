import { type Element, type Requirement, type RequirementResult, subjectKinds } from '../model/index.ts';
import type { Decisions } from './decisions.ts';

/** How far the elements of a requirement are decided within a boundary. */
export type ElementTally = Pick<RequirementResult, 'elements' | 'undecided' | 'kindsNotInScope'>;

/** There is always an organisation: what is known of it can be missing, but not it. */
const declarable: readonly string[] = subjectKinds.filter((kind) => kind !== 'organisation');

/**
 * An element is decided where it is on every subject in scope of every kind that it concerns. A kind that nothing in
 * scope is of does not count, because the declared scope says that there is none; but one kind must be there. A kind
 * that no target can be could not have been declared, so its absence says nothing: the element stays open.
 *
 * @param population subjects in scope, by kind
 */
export function tallyElements(
  { id, elements = [] }: Requirement,
  decisions: Decisions,
  population: ReadonlyMap<string, number>,
): ElementTally {
  if (elements.length === 0) return {};
  const undecided = elements
    .filter((element) => !isDecided(id, element, decisions, population))
    .map((element) => element.id);
  const kinds = new Set(elements.flatMap((element) => element.kinds));
  const missing = [...kinds].filter((kind) => !population.has(kind)).sort();
  return {
    elements: { decided: elements.length - undecided.length, of: elements.length },
    ...(undecided.length === 0 ? {} : { undecided }),
    ...(missing.length === 0 ? {} : { kindsNotInScope: missing }),
  };
}

function isDecided(
  requirementId: string,
  { id, kinds }: Element,
  decisions: Decisions,
  population: ReadonlyMap<string, number>,
): boolean {
  const present = kinds.filter((kind) => population.has(kind));
  return (
    present.length > 0 &&
    kinds.every((kind) => population.has(kind) || declarable.includes(kind)) &&
    present.every((kind) => decisions.decided(requirementId, id, kind) === population.get(kind))
  );
}
