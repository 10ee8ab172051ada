import {
  byCodeUnit,
  type Finding,
  type History,
  type KnownException,
  type KnownGap,
  type PreviousBundle,
} from '../model/index.ts';
import { earlier, later } from './due.ts';
import { fateOf, isNotTested, isOpen, pairOf, type Sight, sightOf } from './fate.ts';
import { fingerprint, gapFingerprint } from './identity.ts';

/** A fold over earlier bundles, which must come oldest first. */
export interface HistoryFold {
  /** @param recorded what the bundle itself had from bundles before it */
  add(bundle: PreviousBundle, recorded: History | undefined, findings: Iterable<Finding>): void;
  result(): History;
}

interface Folding {
  readonly bundles: PreviousBundle[];
  readonly exceptions: Map<string, KnownException>;
  readonly byPair: Map<string, Set<string>>;
  readonly gaps: Map<string, KnownGap>;
}

/**
 * What earlier bundles say, one finding in memory at a time. Fingerprints are computed, never believed: they follow
 * a control to its present id, and a bundle of an unknown signer cannot put one exception under another's name.
 *
 * @param currentId the present id of a control, by an id that it has or had
 */
export function startHistory(currentId: (control: string) => string): HistoryFold {
  const folding: Folding = { bundles: [], exceptions: new Map(), byPair: new Map(), gaps: new Map() };
  return {
    add: (bundle, recorded, findings) => {
      folding.bundles.push(bundle);
      const gaps = takeRecorded(folding, bundle, recorded, currentId);
      for (const finding of findings) {
        const control = currentId(finding.controlId);
        noteFinding(folding, bundle.endedAt, control, finding);
        noteGap(folding, bundle.endedAt, { control, subject: finding.subjectId }, isNotTested(finding), gaps);
      }
    },
    result: () => ({
      format: 0,
      bundles: folding.bundles,
      exceptions: sorted(folding.exceptions),
      notTested: sorted(folding.gaps),
    }),
  };
}

/** @returns since when the bundle's own comparison says that something was not tested, by fingerprint */
function takeRecorded(
  folding: Folding,
  { endedAt }: PreviousBundle,
  recorded: History | undefined,
  currentId: (control: string) => string,
): ReadonlyMap<string, string> {
  for (const known of Object.values(recorded?.exceptions ?? {})) {
    merge(folding, {
      ...known,
      control: currentId(known.control),
      // Nothing that a bundle knows of is later than itself.
      firstSeen: earlier(known.firstSeen, endedAt),
      lastSeen: earlier(known.lastSeen, endedAt),
      ...(known.gone === undefined ? {} : { gone: earlier(known.gone, endedAt) }),
    });
  }
  const gaps = Object.values(recorded?.notTested ?? {});
  return new Map(
    gaps.map(({ control, subject, firstSeen }) => [gapFingerprint(currentId(control), subject), firstSeen]),
  );
}

function noteFinding(folding: Folding, at: string, control: string, finding: Finding): void {
  const pair = pairOf({ control, subject: finding.subjectId });
  if (finding.exceptions.length === 0 && !folding.byPair.has(pair)) return;
  const sight = sightOf(finding);
  for (const exception of finding.exceptions) {
    merge(folding, {
      control,
      subject: finding.subjectId,
      item: exception.item,
      severity: finding.severity,
      ...(finding.owner === undefined ? {} : { owner: finding.owner }),
      test: sight.test,
      firstSeen: earlier(exception.firstSeen ?? at, at),
      lastSeen: at,
    });
  }
  markGone(folding, at, pair, sight);
}

function markGone({ exceptions, byPair }: Folding, at: string, pair: string, sight: Sight): void {
  for (const key of byPair.get(pair) ?? []) {
    const known = exceptions.get(key);
    if (known === undefined || !isOpen(known)) continue;
    const fate = fateOf(known, sight);
    if (fate !== 'still' && fate !== 'notTestedNow') exceptions.set(key, { ...known, gone: at });
  }
}

/** The earliest first, the latest last; everything else as of the latest. */
function merge({ exceptions, byPair }: Folding, known: KnownException): void {
  const key = fingerprint(known.control, known.subject, known.item);
  const before = exceptions.get(key);
  if (before === undefined) {
    exceptions.set(key, known);
    const pair = pairOf(known);
    byPair.set(pair, (byPair.get(pair) ?? new Set()).add(key));
    return;
  }
  const gone = latest(before.gone, known.gone);
  exceptions.set(key, {
    ...(before.lastSeen > known.lastSeen ? before : known),
    firstSeen: earlier(before.firstSeen, known.firstSeen),
    lastSeen: later(before.lastSeen, known.lastSeen),
    ...(gone === undefined ? {} : { gone }),
  });
}

function latest(a: string | undefined, b: string | undefined): string | undefined {
  return a === undefined || b === undefined ? (a ?? b) : later(a, b);
}

function noteGap(
  { gaps }: Folding,
  at: string,
  pair: Pick<KnownGap, 'control' | 'subject'>,
  notTested: boolean,
  recorded: ReadonlyMap<string, string>,
): void {
  const key = gapFingerprint(pair.control, pair.subject);
  if (!notTested) {
    gaps.delete(key);
    return;
  }
  const firstSeen = earlier(gaps.get(key)?.firstSeen ?? at, recorded.get(key) ?? at);
  gaps.set(key, { ...pair, firstSeen: earlier(firstSeen, at), lastSeen: at });
}

function sorted<T>(map: ReadonlyMap<string, T>): Readonly<Record<string, T>> {
  return Object.fromEntries([...map].sort(([a], [b]) => byCodeUnit(a, b)));
}
