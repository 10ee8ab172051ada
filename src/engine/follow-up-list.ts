import {
  type Assessment,
  byCodeUnit,
  type Exception,
  type Finding,
  type FollowUp,
  type History,
  type KnownException,
  type Scope,
  type Subject,
} from '../model/index.ts';
import { dueDate, isOverdue } from './due.ts';
import { fateOf, isNotTested, openByPair, pairOf, sightOf } from './fate.ts';
import { gapFingerprint } from './identity.ts';

/** A bundle, as far as its list of things to see to needs it. */
export interface FollowUpInput {
  readonly assessment: Assessment;
  readonly history: History | undefined;
  readonly findings: Iterable<Finding>;
  /** As of when something is overdue. */
  readonly at: string;
}

type OpenExceptions = readonly (readonly [string, KnownException])[];

/**
 * Everything that somebody has to see to: findings in their order, with what earlier bundles had found and this scan
 * could not look at; what it had no finding on comes last.
 */
export function* followUps({ assessment, history, findings, at }: FollowUpInput): Iterable<FollowUp> {
  const list = { scope: assessment.scope, endedAt: assessment.run.endedAt, history, at };
  const open = openByPair(history);
  const places = new Map(assessment.scope.subjects.map((subject) => [subject.id, placeOf(subject)]));
  const placed = (one: FollowUp): FollowUp => ({ ...one, ...places.get(one.subject) });
  for (const finding of findings) {
    const pair = pairOf({ control: finding.controlId, subject: finding.subjectId });
    const known = open.get(pair) ?? [];
    open.delete(pair);
    for (const one of ofFinding(list, finding, known)) yield placed(one);
  }
  const titles = new Map(assessment.controls.map(({ id, title }) => [id, title]));
  const left = [...open.values()].flat().sort(([, a], [, b]) => inOrder(a, b));
  for (const [key, known] of left) {
    yield placed(unconfirmed(list, key, known, titles.get(known.control) ?? known.control, known.owner));
  }
}

function placeOf({ locator, address }: Subject): Pick<FollowUp, 'address' | 'locator'> {
  return { locator, ...(address === undefined ? {} : { address }) };
}

interface List {
  readonly scope: Scope;
  readonly endedAt: string;
  readonly history: History | undefined;
  readonly at: string;
}

function inOrder(a: KnownException, b: KnownException): number {
  return byCodeUnit(a.subject, b.subject) || byCodeUnit(a.control, b.control) || byCodeUnit(a.item, b.item);
}

function* ofFinding(list: List, finding: Finding, open: OpenExceptions): Iterable<FollowUp> {
  const openKeys = new Set(open.map(([key]) => key));
  for (const exception of finding.exceptions) yield seen(list, finding, exception, openKeys);
  if (isNotTested(finding)) yield notTested(list, finding);
  const sight = sightOf(finding);
  for (const [key, known] of open.toSorted(([, a], [, b]) => inOrder(a, b))) {
    if (fateOf(known, sight) !== 'notTestedNow') continue;
    yield unconfirmed(list, key, known, finding.title, finding.owner ?? known.owner);
  }
}

function commonOf({ controlId, title, subjectId, severity, owner, evidence }: Finding) {
  return {
    severity,
    control: controlId,
    title,
    subject: subjectId,
    ...(owner === undefined ? {} : { owner }),
    evidence,
  } as const;
}

function seen(
  { endedAt, at }: List,
  finding: Finding,
  { item, fingerprint, firstSeen = endedAt, lastSeen = endedAt, due }: Exception,
  open: ReadonlySet<string>,
): FollowUp {
  return {
    ...commonOf(finding),
    key: fingerprint,
    state: 'exception',
    new: !open.has(fingerprint),
    item,
    message: finding.message,
    firstSeen,
    lastSeen,
    ...(due === undefined ? {} : { due }),
    overdue: isOverdue(due, at),
  };
}

function notTested({ scope, endedAt, history, at }: List, finding: Finding): FollowUp {
  const key = gapFingerprint(finding.controlId, finding.subjectId);
  const known = history?.notTested[key]?.firstSeen;
  const firstSeen = known ?? endedAt;
  const due = scope.dueDays && dueDate(firstSeen, scope.dueDays[finding.severity]);
  return {
    ...commonOf(finding),
    key,
    state: 'not-tested',
    new: known === undefined,
    item: '',
    message: finding.unseen[0]?.message ?? finding.message,
    firstSeen,
    lastSeen: endedAt,
    ...(due === undefined ? {} : { due }),
    overdue: isOverdue(due, at),
  };
}

function unconfirmed(
  { scope, at }: List,
  key: string,
  { control, subject, item, severity, firstSeen, lastSeen }: KnownException,
  title: string,
  owner: string | undefined,
): FollowUp {
  const due = scope.dueDays && dueDate(firstSeen, scope.dueDays[severity]);
  return {
    key,
    state: 'unconfirmed',
    new: false,
    severity,
    control,
    title,
    subject,
    item,
    message: 'an exception of an earlier bundle that was not tested now: not known to be mended',
    ...(owner === undefined ? {} : { owner }),
    firstSeen,
    lastSeen,
    ...(due === undefined ? {} : { due }),
    overdue: isOverdue(due, at),
    evidence: [],
  };
}
