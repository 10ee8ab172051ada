import type {
  Changes,
  Control,
  Exception,
  Finding,
  JudgeInput,
  KnownException,
  Subject,
} from '../model/index.ts';
import { dueDate, earlier, ownerOf } from './due.ts';
import { fateOf, isNotTested, openByPair, pairOf, sightOf } from './fate.ts';
import { gapFingerprint } from './identity.ts';

/** Gives findings owner and dates, and counts what has changed since earlier bundles. */
export interface FollowingUp {
  /** Each finding once. */
  follow(finding: Finding, control: Control, subject: Subject): Finding;
  /** Undefined where there is no history. */
  changes(): Changes | undefined;
}

type Counts = { -readonly [K in Exclude<keyof Changes, 'since'>]: number };

export function startFollowingUp({ run, scope, history }: JudgeInput): FollowingUp {
  const open = openByPair(history);
  const counts = noCounts();
  const dated = (exception: Exception, { severity, owner }: Finding): Exception => {
    if (scope.dueDays === undefined) return exception;
    const known = history?.exceptions[exception.fingerprint]?.firstSeen ?? run.endedAt;
    const firstSeen = earlier(known, run.endedAt);
    return {
      ...exception,
      ...(owner === undefined ? {} : { owner }),
      firstSeen,
      lastSeen: run.endedAt,
      due: dueDate(firstSeen, scope.dueDays[severity]),
    };
  };
  const compare = (finding: Finding): void => {
    const pair = pairOf({ control: finding.controlId, subject: finding.subjectId });
    const known = open.get(pair) ?? [];
    open.delete(pair);
    countExceptions(counts, finding, known, history?.exceptions ?? {});
    if (!isNotTested(finding)) return;
    const key = gapFingerprint(finding.controlId, finding.subjectId);
    if (!Object.hasOwn(history?.notTested ?? {}, key)) counts.newlyNotTested += 1;
  };
  return {
    follow: (finding, control, subject) => {
      const owner = ownerOf(subject, control, scope);
      const owned = owner === undefined ? finding : { ...finding, owner };
      if (history !== undefined) compare(owned);
      return { ...owned, exceptions: owned.exceptions.map((exception) => dated(exception, owned)) };
    },
    changes: () => {
      if (history === undefined) return undefined;
      const never = [...open.values()].reduce((sum, { length }) => sum + length, 0);
      return { since: history.bundles, ...counts, notTestedNow: counts.notTestedNow + never };
    },
  };
}

function noCounts(): Counts {
  return {
    new: 0,
    back: 0,
    still: 0,
    gone: 0,
    testedOtherwise: 0,
    notApplicable: 0,
    notTestedNow: 0,
    newlyNotTested: 0,
  };
}

function countExceptions(
  counts: Counts,
  finding: Finding,
  open: readonly (readonly [string, KnownException])[],
  everKnown: Readonly<Record<string, KnownException>>,
): void {
  if (open.length > 0) {
    const sight = sightOf(finding);
    for (const [, known] of open) counts[fateOf(known, sight)] += 1;
  }
  const stillOpen = new Set(open.map(([key]) => key));
  for (const { fingerprint } of finding.exceptions) {
    if (stillOpen.has(fingerprint)) continue;
    counts[Object.hasOwn(everKnown, fingerprint) ? 'back' : 'new'] += 1;
  }
}
