import type { Control, Element, Framework, Requirement, Strength, SubjectKind } from '../model/index.ts';

/** A control that is evidence toward a requirement. */
export interface LinkedControl {
  readonly id: string;
  readonly kind: SubjectKind;
  readonly strength: Strength;
  readonly element?: string;
  /** Where they differ from what the control says of itself. */
  readonly proves?: string;
  readonly doesNotProve?: string;
}

/** An element with the controls that decide it. */
export interface ElementView extends Element {
  readonly decidedBy: readonly LinkedControl[];
  /** Kinds on which no control decides it yet; `document`: a person shows it. */
  readonly openOn: readonly string[];
}

/** A requirement with the tests of it that exist. */
export interface RequirementView extends Omit<Requirement, 'elements'> {
  readonly elements: readonly ElementView[];
  readonly controls: readonly LinkedControl[];
}

/** The requirements of a framework, each with what its controls decide of it and what nothing decides. */
export function viewRequirements(
  { id, requirements }: Framework,
  controls: readonly Control[],
): readonly RequirementView[] {
  const linked = new Map<string, LinkedControl[]>();
  for (const { id: control, subject, satisfies } of controls) {
    for (const { id: requirement, rationale: _, ...said } of satisfies[id] ?? []) {
      const link = { ...said, id: control, kind: subject };
      linked.set(requirement, [...(linked.get(requirement) ?? []), link]);
    }
  }
  return requirements.map((requirement) => view(requirement, linked.get(requirement.id) ?? []));
}

function view(requirement: Requirement, controls: readonly LinkedControl[]): RequirementView {
  const elements = (requirement.elements ?? []).map((element) => viewElement(element, controls));
  return { ...requirement, elements, controls };
}

function viewElement(element: Element, controls: readonly LinkedControl[]): ElementView {
  const decidedBy = controls.filter(({ strength, kind, element: named }) =>
    strength === 'full' ? element.kinds.includes(kind) : strength === 'partial' && named === element.id,
  );
  const kinds = new Set<string>(decidedBy.map(({ kind }) => kind));
  return { ...element, decidedBy, openOn: element.kinds.filter((kind) => !kinds.has(kind)) };
}
