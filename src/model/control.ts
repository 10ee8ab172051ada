import type { SubjectKind } from './fact-schema.ts';
import type { Json } from './json.ts';

export const severities = ['low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof severities)[number];

/** As CEL names types. */
export const paramTypes = ['string', 'int', 'bool', 'list<string>', 'list<int>'] as const;
export type ParamType = (typeof paramTypes)[number];

export interface ParamSpec {
  readonly type: ParamType;
  readonly default: Json;
  readonly description?: string;
}

/**
 * `full`: decides every technical element of the requirement for this kind of subject. `partial`: decides one
 * element. `supporting`: relevant evidence that a person weighs, never enough alone.
 */
export const strengths = ['full', 'partial', 'supporting'] as const;
export type Strength = (typeof strengths)[number];

export interface RequirementLink {
  readonly id: string;
  readonly strength: Strength;
  readonly element?: string;
  readonly rationale?: string;
}

/** One thing that must hold of one kind of subject, as a file in `controls/` says it. */
export interface Control {
  readonly id: string;
  readonly version: number;
  readonly aliases: readonly string[];
  readonly title: string;
  readonly severity: Severity;
  readonly subject: SubjectKind;
  readonly params: Readonly<Record<string, ParamSpec>>;
  /** CEL: a conjunction of `X.all(v, P)`, `!X.exists(v, P)`, `X.exists(v, P)` and scalar bools. */
  readonly expect: string;
  /** What an empty population means. */
  readonly empty: 'unseen' | 'not-applicable';
  readonly appliesWhen?: { readonly expression: string; readonly otherwise: string };
  readonly message: string;
  /** By product, or under `any`. */
  readonly remediation: Readonly<Record<string, string>>;
  readonly references: readonly string[];
  readonly proves: string;
  readonly doesNotProve: string;
  /** By framework id. */
  readonly satisfies: Readonly<Record<string, readonly RequirementLink[]>>;
}

/** A control file: its text is what is bundled and digested, the control is what it says. */
export interface ControlSource {
  /** As the user would name it: `controls/tls/….yaml`. */
  readonly file: string;
  readonly text: string;
  readonly control: Control;
}

type ParamOrigin = 'control' | 'profile' | 'system' | 'tag' | 'target';
export interface EffectiveParam {
  readonly value: Json;
  readonly origin: ParamOrigin;
}
