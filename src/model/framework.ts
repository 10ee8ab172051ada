/** `rollup`: a heading, decided by what stands under it. */
export type Testability = 'automated' | 'assisted' | 'manual' | 'rollup';

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
}

export interface Framework {
  readonly id: string;
  readonly title: string;
  readonly version: string;
  readonly source: string;
  readonly copyright: string;
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
}
