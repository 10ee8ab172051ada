import type {
  AssayError,
  Completeness,
  EvidenceItem,
  Json,
  Principal,
  Subject,
  SubjectKind,
  Target,
} from '../model/index.ts';
import type { Pace } from './pace.ts';

/** What a collector may use of the world around it. */
export interface CollectContext {
  /** Limit for one connection, query or call, in milliseconds. */
  readonly timeoutMs: number;
  /** 2 for the look that sees what the first one at the subject did not; absent: the first. */
  readonly attempt?: number;
  /** Facts wanted in this look, with what they need; absent: not known beforehand. */
  readonly facts?: readonly string[];
  /** Aborted when the scan is stopped or out of time. */
  readonly signal: AbortSignal;
  /** Of the scan, the same for all its subjects, whose `signal` ends with their own deadline too; absent: `signal`. */
  readonly scan?: AbortSignal;
  /** `assay/<run id>`: how the scan names itself to what it looks at. */
  readonly scanName: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The clock that observations are dated by; absent: the machine's. */
  readonly clock?: () => Date;
  /** How fast connections are made; absent: as fast as they come. Every connection asks it, see `paced`. */
  readonly pace?: Pace | undefined;
}

/** An open look at one subject. */
export interface Session {
  /** What the system says of itself so far. */
  readonly identity: Readonly<Record<string, string>>;
  readonly principal?: Principal;
  /** Network connections made so far. */
  readonly connections: number;
  close(): Promise<void>;
}

/** What a fact collector returns; `collect` adds times, attempts and numbers. */
export interface Collected {
  readonly value: Json;
  readonly method: 'TEST' | 'EXAMINE';
  readonly completeness: readonly Completeness[];
  readonly requests: readonly string[];
  readonly evidence: readonly EvidenceItem[];
  readonly withheld?: readonly string[];
  /** Network connections that it made beside the session's own count. */
  readonly connections?: number;
}

/** Reads another fact of the same subject: collected once, and throws the same error for all who need it. */
export type ReadFact = (name: string) => Promise<Json>;

/** What collecting a fact may cost the system, for those who have to allow it beforehand. */
export interface FactPlan {
  /** Every kind of request it may make, in words; queries verbatim. */
  readonly requests: readonly string[];
  /**
   * Connections that it makes in one look, at most; what it shares with other facts counts with each of them. Absent: as
   * many as the answers call for, within what one look makes.
   */
  readonly connections?: number;
  /** Beside those, one connection for each of these, whose number only the system knows; the same words, the same ones. */
  readonly each?: string;
  /** How it names itself in its requests, beside what every look presents. */
  readonly presentsToo?: readonly string[];
  /** What is different for some subjects. */
  at?(subject: Subject, target: Target): Partial<Omit<FactPlan, 'at'>>;
}

/** What every look at one kind of subject begins with. */
export interface SessionPlan extends FactPlan {
  readonly connections: number;
  /** How the scan names itself there. */
  readonly presents: string;
  /** All connections of one look, at most, whatever its facts call for: the session makes no more. */
  readonly atMost?: number;
  /** What a look costs as a rule, in words, beside what it costs at most. */
  readonly usually?: string;
  at?(subject: Subject, target: Target): Partial<Omit<SessionPlan, 'at'>>;
}

/** What is looked at, where there is no session to say it. */
export interface Whom {
  readonly target: Target;
  readonly subject: Subject;
}

/** Looks at a subject for one fact. Throws `AssayError` for what it could not see. */
export interface FactCollector<S extends Session = Session> {
  readonly fact: string;
  /** Absent: every subject of the kind. Of others there is no such fact, and so no observation. */
  concerns?(subject: Subject): boolean;
  /** Facts of the same subject that it reads through `read`. */
  readonly needs: readonly string[];
  /** `assay plan` tells it; every registered collector has one. */
  readonly plan?: FactPlan;
  collect(session: S, read: ReadFact, context: CollectContext): Promise<Collected>;
  /**
   * What can be seen of a system that lets nobody in; absent: nothing.
   *
   * @param why no session was opened
   */
  collectOutside?(whom: Whom, why: AssayError, context: CollectContext): Promise<Collected>;
}

/** Everything that can be looked at in one kind of subject. */
export interface SubjectCollector<S extends Session = Session> {
  readonly kind: SubjectKind;
  readonly plan?: SessionPlan;
  open(target: Target, subject: Subject, context: CollectContext): Promise<S>;
  readonly facts: readonly FactCollector<S>[];
}
