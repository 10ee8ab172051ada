import type { SubjectKind } from './fact-schema.ts';
import type { Json } from './json.ts';

export const severities = ['low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof severities)[number];

/** As CEL names types. */
export const paramTypes = ['string', 'int', 'bool', 'list<string>', 'list<int>'] as const;
export type ParamType = (typeof paramTypes)[number];

/**
 * Which way a parameter's values get stricter: `lower` and `higher` for an int, `fewer` and `more` members for a list,
 * or the values themselves from the loosest to the strictest.
 */
export const directions = ['lower', 'higher', 'fewer', 'more'] as const;
export type Stricter = (typeof directions)[number] | readonly Json[];

export interface ParamSpec {
  readonly type: ParamType;
  readonly default: Json;
  readonly description?: string;
  /** Of an int; both included. */
  readonly minimum?: number;
  readonly maximum?: number;
  /** What a string, or a member of a list, may be. */
  readonly allowed?: readonly Json[];
  /** Absent: every value but the default counts as looser. */
  readonly stricter?: Stricter;
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
  /** Where they differ from the control's. */
  readonly proves?: string;
  readonly doesNotProve?: string;
}

/**
 * Groups of controls that a scan selects only where it is asked for them. `flaws`: a target could feel the probes, which
 * send what no honest client sends. `exhaustive`: more connections than an ordinary scan needs. `revocation`: the
 * authority of a certificate is asked about it. `canaries`: events, a failed log-in among them, that must then stand in
 * the log. `challenges`: log-ins are begun, without a credential, to see what is asked for. `sampling`: rows of
 * declared columns and tables are read, in the server, which says how many are of which form. `attempts`: log-ins are
 * tried with declared default passwords.
 */
export const probeGroups = [
  'flaws',
  'exhaustive',
  'revocation',
  'canaries',
  'challenges',
  'sampling',
  'attempts',
] as const;
export type ProbeGroup = (typeof probeGroups)[number];

/** One thing that must hold of one kind of subject, as a file in `controls/` says it. */
export interface Control {
  readonly id: string;
  readonly version: number;
  readonly aliases: readonly string[];
  readonly title: string;
  readonly severity: Severity;
  /** Who answers for its findings where neither target nor tag has an owner. */
  readonly owner?: string;
  readonly subject: SubjectKind;
  /** Selected only where the scan asks for the group, or for the control by its id. */
  readonly probe?: ProbeGroup;
  readonly params: Readonly<Record<string, ParamSpec>>;
  /** CEL: a conjunction of `X.all(v, P)`, `!X.exists(v, P)`, `X.exists(v, P)` and scalar bools. */
  readonly expect: string;
  /** What an empty population means. */
  readonly empty: 'unseen' | 'not-applicable';
  /** What a finding says of an empty population that is not applicable. */
  readonly nothing?: string;
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
  /** Of the override; absent for a default. */
  readonly reason?: string;
  /** Set where the value is not known to be at least as strict as the default. */
  readonly looser?: true;
}
