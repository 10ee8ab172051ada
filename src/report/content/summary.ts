import type { RequirementState } from '../../model/index.ts';
import type { Block, Table } from '../block.ts';
import { reasonsInOrder, worstFirst } from '../order.ts';
import type { ReportInput } from '../report-input.ts';
import type { Tally } from '../tally.ts';
import { shown } from '../visible.ts';
import { counted, grouped, reasonWords, stateWords } from '../words.ts';
import { shortened } from './finding.ts';

/** Page 2: what was not tested and why, then what was found, then what it says of each framework. */
export function* summary(input: ReportInput, counts: Tally): Iterable<Block> {
  yield { kind: 'heading', title: 'What was not tested, and why' };
  yield* notTested(input, counts);
  yield { kind: 'heading', title: 'Exceptions by severity' };
  yield exceptionsBySeverity(input, counts);
  if (counts.unseenBesideExceptions > 0) {
    yield {
      kind: 'paragraph',
      text: `In these findings ${counted(counts.unseenBesideExceptions, 'further item')} could not be seen; each finding names them.`,
    };
  }
  yield { kind: 'heading', title: 'All findings' };
  yield allFindings(input);
  yield { kind: 'heading', title: 'Frameworks' };
  yield* frameworks(input);
  yield* changedParams(counts);
}

function* notTested({ assessment }: ReportInput, { notTested }: Tally): Iterable<Block> {
  const { noSubject, sameSystem } = assessment;
  if (notTested.length === 0 && noSubject.length === 0) {
    yield { kind: 'paragraph', text: 'Every selected test came to a conclusion on every system.' };
  }
  if (notTested.length > 0) yield notTestedTable(notTested);
  if (noSubject.length > 0) {
    const ids = noSubject.map(
      ({ controlId, kind, inAudit }) => `${controlId} (no ${kind}${inAudit ? ', selected by an audit' : ''})`,
    );
    yield {
      kind: 'paragraph',
      text: `${counted(noSubject.length, 'test')} had no system to look at: ${shortened(ids, 12).join(', ')}.`,
    };
  }
  for (const group of sameSystem.slice(0, 5)) {
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
      `${reason === 'error' ? 'Fault: ' : ''}${shown(message, 240)} (${code})`,
      grouped(findings),
      grouped(subjects),
      grouped(controls.size),
      shown(remedy, 240),
    ]),
  };
}

function exceptionsBySeverity({ assessment }: ReportInput, { bySeverity }: Tally): Table {
  const number = (of: number | undefined): string => grouped(of ?? 0);
  return {
    kind: 'table',
    caption: 'Findings with exceptions',
    totalled: true,
    columns: [
      { title: 'Severity', share: 28, style: 'severity' },
      { title: 'Findings', share: 18, style: 'number' },
      { title: 'Tests', share: 18, style: 'number' },
      { title: 'Systems', share: 18, style: 'number' },
      { title: 'Items (exceptions)', share: 18, style: 'number' },
    ],
    rows: [
      ...worstFirst.map((severity) => {
        const counts = bySeverity.get(severity);
        return [
          severity,
          grouped(assessment.failedBySeverity[severity]),
          number(counts?.controls.size),
          number(counts?.subjects),
          number(counts?.items),
        ];
      }),
      ['total', grouped(assessment.counts.fail), '', '', grouped(assessment.exceptions)],
    ],
  };
}

function allFindings({ assessment }: ReportInput): Table {
  const total = reasonsInOrder.reduce((sum, reason) => sum + assessment.counts[reason], 0);
  return {
    kind: 'table',
    caption: 'One finding is one test on one system',
    totalled: true,
    columns: [
      ...reasonsInOrder.map((reason) => ({ title: reasonWords[reason], share: 1, style: 'number' as const })),
      { title: 'total', share: 1, style: 'number' },
    ],
    rows: [[...reasonsInOrder.map((reason) => grouped(assessment.counts[reason])), grouped(total)]],
  };
}

const states = Object.keys(stateWords) as readonly RequirementState[];

function* frameworks({ assessment }: ReportInput): Iterable<Block> {
  if (assessment.audits.length === 0) {
    yield { kind: 'paragraph', text: 'No framework was selected and no audit declared.' };
    return;
  }
  yield {
    kind: 'table',
    caption: 'Requirements by state; the states of a line sum to its total',
    columns: [
      { title: 'Framework', share: 20, style: 'strong' },
      ...states.map((state) => ({ title: stateWords[state], share: 11, style: 'number' as const })),
      { title: 'total', share: 8, style: 'number' },
    ],
    rows: assessment.audits.map(({ title, states: of, assessable }) => [
      title,
      ...states.map((state) => grouped(of[state])),
      grouped(assessable),
    ]),
  };
}

function* changedParams({ changedParams }: Tally): Iterable<Block> {
  if (changedParams.length === 0) return;
  yield { kind: 'heading', title: 'Parameters that are not the default' };
  yield {
    kind: 'table',
    caption: 'A changed parameter can make a test looser or stricter',
    columns: [
      { title: 'Test', share: 36, style: 'code' },
      { title: 'Parameter', share: 16, style: 'code' },
      { title: 'Value used', share: 24, style: 'code' },
      { title: 'Given by', share: 12 },
      { title: 'Findings', share: 12, style: 'number' },
    ],
    rows: changedParams.map(({ control, param, value, origin, subjects }) => [
      control,
      param,
      shown(JSON.stringify(value), 200),
      origin,
      grouped(subjects),
    ]),
  };
}
