import type { ProbeGroup, Severity } from './control.ts';
import type { Reason } from './finding.ts';
import type { Audit, RequirementState } from './framework.ts';
import type { Changes } from './history.ts';
import type { Json } from './json.ts';
import type { Register, Registers } from './register.ts';
import type { Subject, Target } from './subject.ts';

/** The engine's semantics: raised when the same observations could give another finding. */
export const semanticsVersion = 1;

/** What a scan was, before anything was judged: `data/run.json`. */
export interface Run {
  readonly format: 0;
  readonly id: string;
  readonly tool: { readonly name: 'assay'; readonly version: string; readonly semantics: number };
  readonly startedAt: string;
  readonly endedAt: string;
  /** The one instant that dated judgements use. */
  readonly judgedAt: string;
  /** Minutes east of UTC where the scan ran, for local times in reports. */
  readonly utcOffsetMinutes: number;
  readonly vantage: string;
  /** The operating-system user that ran it and with which rights. */
  readonly operator: { readonly user: string; readonly host: string; readonly root: boolean };
  /** Null for a draft: recorded series come later. */
  readonly series: null;
  readonly draft: true;
  /** Set when the scan was stopped before it was complete. */
  readonly interrupted?: 'SIGINT' | 'SIGTERM' | 'max-duration';
  readonly failOn: Severity | 'none';
  readonly selection: Selection;
  readonly controlSetSha256: string;
}

/** Which controls were asked for; empty lists mean no restriction. */
export interface Selection {
  readonly frameworks: readonly string[];
  readonly controls: readonly string[];
  readonly tags: readonly string[];
  readonly severity: Severity;
  /** Groups of controls that were asked for beyond the others; absent where none was. */
  readonly probes?: readonly ProbeGroup[];
}

/** What was declared to be in and out of scope: `data/scope/scope.json`. */
export interface Scope {
  readonly format: 0;
  readonly organisation?: string;
  readonly system?: string;
  readonly environment?: string;
  /** Where the list of targets came from: the configuration file's name, or the command line. */
  readonly inventory: 'command-line' | 'configuration';
  readonly configurationSha256?: string;
  readonly audits: readonly Audit[];
  /** Those that were selected. */
  readonly targets: readonly Target[];
  /** Declared too, and not selected (`--tag`): nothing was looked at there. Absent where there is none. */
  readonly leftOut?: readonly LeftOutTarget[];
  readonly subjects: readonly Subject[];
  readonly outOfScope: readonly { readonly what: string; readonly why: string }[];
  /** The lists that what was seen is tested against, by kind. */
  readonly registers?: { readonly [K in keyof Registers]?: Register };
  /** Requirements that somebody else meets for the organisation. */
  readonly thirdParties?: readonly ThirdParty[];
  /** HIPAA: addressable specifications met in another way (45 CFR 164.306(d)(3)). */
  readonly alternatives?: readonly Alternative[];
  /** The organisation's own controls, which a SOC 2 auditor tests. */
  readonly ownControls?: readonly OwnControl[];
  /** Owners by tag, in the order of the file: the later stands. */
  readonly owners?: readonly { readonly tag: string; readonly owner: string }[];
  /** Days from when an exception is first seen to when it is due. */
  readonly dueDays?: Readonly<Record<Severity, number>>;
  /** Profiles in force: what they select and what they leave out. */
  readonly tailoring?: Tailoring;
  /** Controls that were selected but for being in a group that nobody asked for; absent where there is none. */
  readonly notAskedFor?: readonly NotAskedFor[];
}

/** A control of a group that has to be asked for. */
export interface NotAskedFor {
  readonly control: string;
  readonly title: string;
  readonly probe: ProbeGroup;
  /** What the control would have helped to decide. */
  readonly requirements: readonly { readonly framework: string; readonly id: string }[];
}

/** As much of a target as tells which it is, and in which boundaries. */
export type LeftOutTarget = Pick<Target, 'id' | 'locator' | 'tags'>;

/** What profiles made of the library. Their parameters are in `ParamOverrides`, with origin `profile`. */
export interface Tailoring {
  /** In the order in which they apply: a profile after the one that it extends. */
  readonly profiles: readonly {
    readonly id: string;
    readonly title: string;
    /** Id of the profile that it extends. */
    readonly extends?: string;
    /** Of its file. */
    readonly sha256: string;
  }[];
  /** One for each profile that the configuration names; a control is selected where one of them selects it. */
  readonly selects: readonly ProfileSelect[];
  readonly excluded: readonly {
    readonly control: string;
    readonly title: string;
    readonly reason: string;
    /** Id of the profile that leaves it out. */
    readonly profile: string;
    /** What the control would have helped to decide. */
    readonly requirements: readonly { readonly framework: string; readonly id: string }[];
  }[];
}

/** Empty lists mean no restriction. */
export interface ProfileSelect {
  readonly profile: string;
  readonly frameworks: readonly string[];
  readonly controls: readonly string[];
  readonly severity: Severity;
}

/** A document that a statement rests on: read for its digest, never bundled. */
export interface Document {
  readonly name: string;
  readonly sha256: string;
  /** Calendar dates. */
  readonly date: string;
  readonly expires?: string;
}

export interface ThirdParty {
  readonly framework: string;
  readonly requirements: readonly string[];
  readonly party: string;
  readonly document: Document;
  /** Controls on the organisation's own side that remain: ids of controls. */
  readonly remaining: readonly string[];
}

export interface Alternative {
  readonly framework: string;
  readonly requirement: string;
  readonly reason: string;
  readonly approvedBy: string;
  readonly document: Document;
}

/** A control in the organisation's own words, with the requirements it serves and the tests that stand under it. */
export interface OwnControl {
  readonly id: string;
  readonly wording: string;
  readonly owner: string;
  readonly frequency: string;
  readonly requirements: readonly { readonly framework: string; readonly id: string }[];
  readonly controls: readonly string[];
}

export type ReasonCounts = Readonly<Record<Reason, number>>;

export interface RequirementResult {
  readonly id: string;
  readonly state: RequirementState;
  /** Controls linked partially or fully: how many there are, passed on every subject, have exceptions, are unseen. */
  readonly controls: number;
  readonly passed: number;
  readonly failed: number;
  readonly unseen: number;
  /** Elements decided on every system in scope of every kind that they concern, of how many; absent where it has none. */
  readonly elements?: { readonly decided: number; readonly of: number };
  /** Ids of the elements that are not decided. */
  readonly undecided?: readonly string[];
  /** Kinds that its elements concern and that nothing in scope is of. */
  readonly kindsNotInScope?: readonly string[];
  /** Its controls whose parameters are looser than the default somewhere: such a pass decides no element. */
  readonly loosened?: readonly string[];
  /** States of what stands under it and applies, where its own derives from theirs. */
  readonly children?: Readonly<Partial<Record<RequirementState, number>>>;
  /** Why it is `not-applicable`: the audit's role, or a category that the audit leaves out. */
  readonly outside?: 'role' | 'category';
  /** Declared to be met by somebody else. */
  readonly thirdParty?: {
    readonly party: string;
    readonly document: Document;
    /** The document was in force when it was judged. */
    readonly current: boolean;
    /** Controls that remain with the organisation, by the subjects on which they passed, failed or saw nothing. */
    readonly remaining: readonly RemainingControl[];
  };
  /** Declared to be met in another way. */
  readonly alternative?: {
    readonly reason: string;
    readonly approvedBy: string;
    readonly document: Document;
    readonly current: boolean;
  };
}

/** A control that stays with the organisation where somebody else meets the requirement. */
export interface RemainingControl {
  readonly id: string;
  readonly passed: number;
  readonly failed: number;
  readonly unseen: number;
  /** It passed wherever it looked, with parameters no looser than the default. */
  readonly closed: boolean;
}

/** Why nothing of an audit can be `no-exceptions`: no audit was declared, or a selection left something out. */
export const auditLimits = ['not-declared', 'controls', 'severity', 'tags', 'profile'] as const;
export type AuditLimit = (typeof auditLimits)[number];

export interface AuditResult {
  readonly audit: Audit;
  readonly title: string;
  readonly limits?: readonly AuditLimit[];
  /** Requirements that can be decided at all (headings left out): the denominator. */
  readonly assessable: number;
  readonly states: Readonly<Record<RequirementState, number>>;
  /** Every assessable requirement whose state is not the default of its testability. */
  readonly requirements: readonly RequirementResult[];
}

/** One control that was judged, over all subjects of its kind. */
export interface ControlResult {
  readonly id: string;
  readonly version: number;
  readonly title: string;
  readonly severity: Severity;
  readonly sha256: string;
  /** Population of subjects. */
  readonly subjects: number;
  readonly reasons: ReasonCounts;
}

/** The process's exit code, and why in words. */
export interface Outcome {
  readonly exitCode: 0 | 1 | 3 | 4 | 130 | 143;
  readonly words: string;
}

/** All that a scan concluded: `data/assessment.json`. Findings are beside it, in `data/findings.ndjson`. */
export interface Assessment {
  readonly format: 0;
  readonly run: Run;
  readonly scope: Scope;
  readonly counts: ReasonCounts;
  readonly failedBySeverity: Readonly<Record<Severity, number>>;
  readonly exceptions: number;
  readonly controls: readonly ControlResult[];
  /** Controls selected, of a kind no target has. */
  readonly noSubject: readonly {
    readonly controlId: string;
    readonly kind: string;
    readonly inAudit: boolean;
  }[];
  readonly audits: readonly AuditResult[];
  /** Overrides not known to be at least as strict as the default; absent where there is none. */
  readonly looser?: readonly LooserOverride[];
  /** Absent where no earlier bundle was given. */
  readonly changes?: Changes;
  /** Targets that say the same of themselves. */
  readonly sameSystem: readonly (readonly string[])[];
  readonly outcome: Outcome;
  /** sha256 of files beside this one, by path inside the bundle. */
  readonly digests: Readonly<Record<string, string>>;
}

/** Effective parameters that overrides gave: `data/params.json`. */
export interface ParamOverrides {
  readonly format: 0;
  readonly overrides: readonly ParamOverride[];
}

export interface ParamOverride {
  readonly origin: 'profile' | 'system' | 'tag' | 'target';
  /** The profile's, tag's or target's id; empty for the system. */
  readonly of: string;
  readonly control: string;
  readonly param: string;
  readonly value: Json;
  readonly reason: string;
}

export interface LooserOverride extends ParamOverride {
  readonly default: Json;
  /** Subjects of the control's kind for which this is the value in force. */
  readonly subjects: number;
}
