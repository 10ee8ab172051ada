import type { Changes, PreviousBundle } from '../../model/index.ts';
import type { Block } from '../block.ts';
import { utcTime } from '../local-time.ts';
import type { ReportInput } from '../report-input.ts';
import { shown } from '../visible.ts';
import { grouped } from '../words.ts';
import { shortened } from './finding.ts';

type Counted = Exclude<keyof Changes, 'since'>;

/** `always`: said also where there is none. */
interface Change {
  readonly count: Counted;
  readonly word: string;
  readonly meaning: string;
  readonly always: boolean;
}

const changesInOrder: readonly Change[] = [
  { count: 'new', word: 'new', meaning: 'in no earlier bundle', always: true },
  { count: 'back', word: 'back', meaning: 'gone once, and there again', always: false },
  { count: 'still', word: 'still there', meaning: 'seen earlier and now', always: true },
  {
    count: 'gone',
    word: 'gone',
    meaning: 'looked at by the same test, and as it should be',
    always: true,
  },
  {
    count: 'testedOtherwise',
    word: 'gone by another test',
    meaning: 'not found by another version of the test or other parameters: not shown to be fixed',
    always: false,
  },
  {
    count: 'notApplicable',
    word: 'not applicable now',
    meaning: 'the test does not apply any more: not shown to be fixed',
    always: false,
  },
  {
    count: 'notTestedNow',
    word: 'not tested now',
    meaning: 'seen earlier and not looked at now: not counted as gone',
    always: true,
  },
];

const newlyNotTested = 'newly not tested';

/** What is otherwise than in the bundles that the scan was compared with; nothing where there are none. */
export function* changesBlocks({ assessment }: ReportInput): Iterable<Block> {
  const { changes } = assessment;
  if (changes === undefined) return;
  yield {
    kind: 'paragraph',
    text: `Compared with ${shortened(changes.since.map(bundleWords).toReversed(), 2).join('; ')}.`,
  };
  yield {
    kind: 'table',
    caption: 'Exceptions, item by item, and findings that tests no longer reach',
    columns: [
      { title: 'What', share: 26, style: 'strong' },
      { title: 'How many', share: 14, style: 'number' },
      { title: 'That is', share: 60 },
    ],
    rows: [
      ...told(changes).map(({ count, word, meaning }) => [word, grouped(changes[count]), meaning]),
      [
        newlyNotTested,
        grouped(changes.newlyNotTested),
        'findings not tested, wholly or in part, that were not so when last looked at',
      ],
    ],
  };
}

/** One line: `since 2026-11-19: 2 new, 3 still there, …`. */
export function changesLine(changes: Changes): string {
  const [last] = changes.since.slice(-1);
  const exceptions = told(changes).map(({ count, word }) => `${grouped(changes[count])} ${word}`);
  const parts = [...exceptions, `${grouped(changes.newlyNotTested)} ${newlyNotTested}`];
  return `since ${last?.endedAt.slice(0, 10) ?? 'never'}: ${parts.join(', ')}`;
}

function told(changes: Changes): readonly Change[] {
  return changesInOrder.filter(({ count, always }) => always || changes[count] > 0);
}

function bundleWords({ runId, endedAt, signature, fingerprint }: PreviousBundle): string {
  const signed = signature.kind === 'unsigned' ? 'UNSIGNED' : `signed by key ${shown(signature.keyId, 60)}`;
  return `run ${shown(runId, 60)} of ${utcTime(endedAt)} (${signed}, fingerprint ${fingerprint.slice(0, 12)})`;
}
