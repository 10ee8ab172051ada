import type { Severity } from './control.ts';
import type { Seal } from './seal.ts';

/** A bundle that a scan was compared with. */
export interface PreviousBundle {
  /** sha256 of its `tagmanifest-sha256.txt`. */
  readonly fingerprint: string;
  readonly runId: string;
  readonly endedAt: string;
  /** As found: whose key it is, or whether there is one, was not asked. */
  readonly signature: Seal['signature'];
}

/** An exception of earlier bundles. */
export interface KnownException {
  /** Id of the control, as this scan calls it. */
  readonly control: string;
  readonly subject: string;
  readonly item: string;
  /** Severity, owner and test as they were when it was last seen. */
  readonly severity: Severity;
  readonly owner?: string;
  /** sha256 of the control's version and parameters. */
  readonly test: string;
  /** When the first and the last scan ended that saw it. */
  readonly firstSeen: string;
  readonly lastSeen: string;
  /** When the last scan ended that looked and did not find it; it is open where it was seen again later. */
  readonly gone?: string;
}

/** A control and a subject that the last earlier bundle to have them could not test, or not wholly. */
export interface KnownGap {
  readonly control: string;
  readonly subject: string;
  /** When the first scan ended of the unbroken row of scans that could not test it. */
  readonly firstSeen: string;
  readonly lastSeen: string;
}

/** What earlier bundles say: `data/previous.json`. Whatever passed in all of them is not in it. */
export interface History {
  readonly format: 0;
  /** Those given, oldest first; what they had from bundles before them is in the lists below. */
  readonly bundles: readonly PreviousBundle[];
  /** By fingerprint. */
  readonly exceptions: Readonly<Record<string, KnownException>>;
  /** By fingerprint of (control, subject). */
  readonly notTested: Readonly<Record<string, KnownGap>>;
}

/** What a scan found otherwise than the bundles before it; numbers of exceptions, save `newlyNotTested`. */
export interface Changes {
  readonly since: readonly PreviousBundle[];
  /** In no earlier bundle. */
  readonly new: number;
  /** Gone once, and there again. */
  readonly back: number;
  readonly still: number;
  /** The same test looked at the item and found it as it should be, or saw that there is no such item any more. */
  readonly gone: number;
  /** Not found by another version of the test, or with other parameters: no proof that it was fixed. */
  readonly testedOtherwise: number;
  /** The control is not applicable any more. */
  readonly notApplicable: number;
  /** Not looked at, or not seen: never counted as gone. */
  readonly notTestedNow: number;
  /** Findings not tested, wholly or in part, that were so in none of the last bundles to have them. */
  readonly newlyNotTested: number;
}

/**
 * `exception`: seen by this scan. `not-tested`: a control and a subject without a conclusion, or with items not seen.
 * `unconfirmed`: an exception of an earlier bundle that this scan could not look at.
 */
export type FollowUpState = 'exception' | 'not-tested' | 'unconfirmed';

/** One thing that somebody has to see to. */
export interface FollowUp {
  /** Stays the same from scan to scan, 64 hex digits; a key that is no longer listed is gone. */
  readonly key: string;
  readonly state: FollowUpState;
  /** Not open in any earlier bundle that the scan was compared with. */
  readonly new: boolean;
  readonly severity: Severity;
  readonly control: string;
  readonly title: string;
  readonly subject: string;
  /** Where the subject is, and the address looked at; absent where this scan has it not. */
  readonly locator?: string;
  readonly address?: string;
  /** Empty for the subject itself. */
  readonly item: string;
  readonly message: string;
  readonly owner?: string;
  readonly firstSeen: string;
  readonly lastSeen: string;
  /** Calendar date, the last day in time. */
  readonly due?: string;
  readonly overdue: boolean;
  /** Numbers in this bundle. */
  readonly evidence: readonly string[];
}
