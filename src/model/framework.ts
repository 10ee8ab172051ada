/** `rollup`: a heading, decided by what stands under it. */
export const testabilities = ['automated', 'assisted', 'manual', 'rollup'] as const;
type Testability = (typeof testabilities)[number];

/** One part of a requirement that tests can decide, on the kinds of system it is about. */
export interface Element {
  /** kebab-case, unique within its requirement: `protocol-versions`. */
  readonly id: string;
  readonly title: string;
  /** Kinds of system that it is decided on; those that assay cannot look at yet are named all the same. */
  readonly kinds: readonly string[];
}

export interface Requirement {
  readonly id: string;
  readonly title: string;
  readonly parent: string | null;
  readonly section: string;
  readonly kind: string;
  readonly testability: Testability;
  readonly citation?: string;
  /** What a person has to add. */
  readonly evidence?: string;
  /** Roles it applies to; absent: all. */
  readonly appliesTo?: readonly string[];
  /** ISO 8601 duration. */
  readonly frequency?: string;
  /** What decides it, for a requirement that tests can decide or help to decide. */
  readonly elements?: readonly Element[];
  /** SOC 2: the category beyond security that it belongs to; absent: common to all. */
  readonly category?: string;
  /** The day from which it counts, where it was future-dated; the scope, where only a part was. */
  readonly effective?: string;
  readonly effectiveScope?: string;
  /** Ids that other editions and lists use for it. */
  readonly aliases?: readonly string[];
  /** Set where the id's last number is our count, not the publisher's. */
  readonly numbering?: 'ordinal';
  /** Its result derives from what stands under it too. */
  readonly aggregatesChildren?: boolean;
  /** HIPAA: a standard that must be met although it has no implementation specification. */
  readonly requiredWithoutSpecification?: boolean;
}

export interface Framework {
  readonly id: string;
  readonly title: string;
  readonly version: string;
  readonly source: string;
  readonly copyright: string;
  /** What an organisation can be under it: `covered-entity`, `service-provider`, `processor`. */
  readonly roles?: readonly string[];
  /** Parts that an organisation may leave out of an audit: SOC 2's categories. */
  readonly categories?: readonly string[];
  /** What of the source is not in the tree, and why. */
  readonly leftOut?: readonly { readonly what: string; readonly why: string }[];
  /** What could not be established about identifiers. */
  readonly doubts?: readonly string[];
  readonly requirements: readonly Requirement[];
}

/** What the tests say of a requirement. Never "compliant". */
export const requirementStates = [
  'no-exceptions',
  'exceptions',
  'partly-tested',
  'not-tested',
  'needs-document',
  'third-party',
  'not-applicable',
] as const;
export type RequirementState = (typeof requirementStates)[number];

/** A framework applied to a boundary. */
export interface Audit {
  readonly framework: string;
  readonly role?: string;
  /** Categories that the audit covers; absent: all. */
  readonly categories?: readonly string[];
  readonly period?: { readonly from: string; readonly to: string };
  /** Targets carrying any of these tags; empty: every target. */
  readonly boundaryTags: readonly string[];
  /** Set where a configuration names it; any other is shown, and does not influence the outcome. */
  readonly declared?: true;
}
