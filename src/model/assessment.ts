import type { Severity } from './control.ts';
import type { Reason } from './finding.ts';
import type { Audit, RequirementState } from './framework.ts';
import type { Json } from './json.ts';
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
  readonly targets: readonly Target[];
  readonly subjects: readonly Subject[];
  readonly outOfScope: readonly { readonly what: string; readonly why: string }[];
  /** Requirements that somebody else meets for the organisation. */
  readonly thirdParties?: readonly ThirdParty[];
  /** HIPAA: addressable specifications met in another way (45 CFR 164.306(d)(3)). */
  readonly alternatives?: readonly Alternative[];
  /** The organisation's own controls, which a SOC 2 auditor tests. */
  readonly ownControls?: readonly OwnControl[];
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
}

export interface AuditResult {
  readonly audit: Audit;
  readonly title: string;
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
  /** Targets that say the same of themselves. */
  readonly sameSystem: readonly (readonly string[])[];
  readonly outcome: Outcome;
  /** sha256 of files beside this one, by path inside the bundle. */
  readonly digests: Readonly<Record<string, string>>;
}

/** Effective parameters that overrides gave: `data/params.json`. */
export interface ParamOverrides {
  readonly format: 0;
  readonly overrides: readonly {
    readonly origin: 'profile' | 'system' | 'tag' | 'target';
    /** The tag's or target's id; empty for the system. */
    readonly of: string;
    readonly control: string;
    readonly param: string;
    readonly value: Json;
    readonly reason: string;
  }[];
}
