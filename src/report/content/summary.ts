import type { Block, Table } from '../block.ts';
import { reasonsInOrder } from '../order.ts';
import type { ReportInput } from '../report-input.ts';
import { firstAddressWords, lackingWords, leftOutWords } from '../scope-words.ts';
import type { Tally } from '../tally.ts';
import { shown } from '../visible.ts';
import { counted, grouped, reasonCount } from '../words.ts';
import { changesLine } from './changes.ts';
import { shortened } from './finding.ts';
import { frameworksBlocks, untestedWords } from './frameworks.ts';
import { exceptionsByOwner } from './owners.ts';
import { verifyBlocks } from './verify.ts';

const mostCauses = 3;

/**
 * Page 2, and the top of the HTML: the page an auditor reads first. Requirements, exceptions, what was not tested,
 * what changed, how to check it; no single finding.
 */
export function* summary(input: ReportInput, counts: Tally): Iterable<Block> {
  yield { kind: 'heading', title: 'Frameworks' };
  yield* frameworksBlocks(input);
  yield { kind: 'heading', title: 'Exceptions by severity' };
  yield exceptionsByOwner(input, counts, findingsWords(input, counts));
  yield { kind: 'heading', title: 'What was not tested, and why' };
  yield* notTested(input, counts);
  yield* changed(input);
  yield { kind: 'heading', title: 'Verify in three steps' };
  yield* verifyBlocks(input);
}

function findingsWords({ assessment }: ReportInput, { unseenBesideExceptions }: Tally): string {
  const { counts } = assessment;
  const parts = reasonsInOrder.map((reason) => reasonCount(counts, reason));
  const total = reasonsInOrder.reduce((sum, reason) => sum + counts[reason], 0);
  const unseen =
    unseenBesideExceptions === 0
      ? ''
      : ` In findings with exceptions ${counted(unseenBesideExceptions, 'further item')} could not be seen.`;
  return `${counted(total, 'finding')}, each one test on one system: ${parts.join(', ')}.${unseen}`;
}

function* notTested({ assessment }: ReportInput, { notTested }: Tally): Iterable<Block> {
  const { noSubject, sameSystem, audits } = assessment;
  if (notTested.length === 0 && noSubject.length === 0) {
    yield { kind: 'paragraph', text: 'Every selected test came to a conclusion on every selected system.' };
  }
  const leftOut = leftOutWords(assessment, 3);
  if (leftOut !== undefined) yield { kind: 'paragraph', text: leftOut };
  const firstOnly = firstAddressWords(assessment, 3);
  if (firstOnly !== undefined) yield { kind: 'paragraph', text: firstOnly };
  if (notTested.length > 0) yield notTestedTable(notTested.slice(0, mostCauses));
  if (notTested.length > mostCauses) {
    const others = counted(notTested.length - mostCauses, 'other cause');
    yield { kind: 'paragraph', text: `And ${others}: see “Not tested”.` };
  }
  if (noSubject.length > 0) {
    const ids = noSubject.map(
      ({ controlId, kind, inAudit }) =>
        `${controlId} (${lackingWords(kind)}${inAudit ? ', selected by an audit' : ''})`,
    );
    yield {
      kind: 'paragraph',
      text: `${counted(noSubject.length, 'test')} had no system to look at: ${shortened(ids, 2).join(', ')}.`,
    };
  }
  if (audits.length > 0) {
    yield { kind: 'paragraph', text: untestedWords(audits) };
  }
  for (const group of sameSystem.slice(0, 3)) {
    yield {
      kind: 'paragraph',
      text: shown(
        `These targets say the same of themselves, so they may be one system: ${group.join(', ')}.`,
        400,
      ),
    };
  }
}

function notTestedTable(groups: Tally['notTested']): Table {
  return {
    kind: 'table',
    caption: 'Findings with no conclusion, by cause: none is a pass',
    columns: [
      { title: 'Why', share: 42 },
      { title: 'Findings', share: 9, style: 'number' },
      { title: 'Systems', share: 9, style: 'number' },
      { title: 'Tests', share: 7, style: 'number' },
      { title: 'What to do', share: 33 },
    ],
    rows: groups.map(({ reason, code, message, remedy, findings, subjects, controls }) => [
      `${reason === 'error' ? 'Fault: ' : ''}${shown(message, 120)} (${code})`,
      grouped(findings),
      grouped(subjects),
      grouped(controls.size),
      shown(remedy, 120),
    ]),
  };
}

/** One line here; item by item in a section of its own. */
function* changed({ assessment }: ReportInput): Iterable<Block> {
  const { changes } = assessment;
  yield { kind: 'heading', title: 'What changed' };
  yield {
    kind: 'paragraph',
    text:
      changes === undefined
        ? 'Not known: the scan was compared with no earlier bundle.'
        : `Exceptions, item by item, ${changesLine(changes)}.`,
  };
}
