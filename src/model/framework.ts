/** `rollup`: a heading, decided by what stands under it. */
export const testabilities = ['automated', 'assisted', 'manual', 'rollup'] as const;
type Testability = (typeof testabilities)[number];

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
  readonly requirements: readonly Requirement[];
}

/** What the tests say of a requirement. Never "compliant": the best state needs elements that come later. */
export type RequirementState =
  | 'no-exceptions'
  | 'exceptions'
  | 'partly-tested'
  | 'not-tested'
  | 'needs-document'
  | 'third-party'
  | 'not-applicable';

/** A framework applied to a boundary. */
export interface Audit {
  readonly framework: string;
  readonly role?: string;
  readonly period?: { readonly from: string; readonly to: string };
  /** Targets carrying any of these tags; empty: every target. */
  readonly boundaryTags: readonly string[];
  /** Set where a configuration names it; any other is shown, and does not influence the outcome. */
  readonly declared?: true;
}
