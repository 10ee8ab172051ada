import type { Assessment, Finding, LeftOutTarget } from '../../model/index.ts';
import type { Block, FindingBlock, Table } from '../block.ts';
import { type JudgedSubject, judgedBySubject } from '../join.ts';
import type { ReportInput } from '../report-input.ts';
import { selectedBy } from '../scope-words.ts';
import type { Tally } from '../tally.ts';
import { shown } from '../visible.ts';
import { counted, reasonWords } from '../words.ts';
import {
  evidenceFact,
  observationFacts,
  populationWords,
  shortened,
  subjectWords,
  unseenFacts,
} from './finding.ts';

/** Everything that concludes nothing, by subject; what has one cause is told once. */
export function* notTestedSection(input: ReportInput, { queries }: Tally): Iterable<Block> {
  const { assessment } = input;
  yield { kind: 'paragraph', text: conclusionWords(assessment) };
  if (assessment.noSubject.length > 0) yield noSubjectTable(assessment);
  if (assessment.scope.leftOut !== undefined) yield leftOutTable(assessment, assessment.scope.leftOut);
  const { unseen, error } = assessment.counts;
  if (unseen + error === 0) return;
  for (const subject of judgedBySubject(input, ({ reason }) => reason === 'unseen' || reason === 'error')) {
    yield* subjectBlocks(subject, queries);
  }
}

function conclusionWords({ counts, noSubject, controls }: Assessment): string {
  const open = counts.unseen + counts.error;
  if (open > 0) return `${counted(open, 'finding')} with no conclusion. None of them is a pass.`;
  if (noSubject.length === 0) return 'Every selected test came to a conclusion.';
  if (noSubject.length >= controls.length) return 'No selected test had a system to look at.';
  return 'Every selected test that had a system came to a conclusion.';
}

function noSubjectTable({ noSubject }: Assessment): Table {
  return {
    kind: 'table',
    caption: `${counted(noSubject.length, 'selected test')} without a system of ${noSubject.length === 1 ? 'its' : 'their'} kind in scope: nothing was tested, none is a pass`,
    columns: [
      { title: 'Test', share: 50, style: 'code' },
      { title: 'Kind that is missing', share: 28 },
      { title: 'In a declared audit', share: 22 },
    ],
    rows: noSubject.map(({ controlId, kind, inAudit }) => [
      shown(controlId, 200),
      shown(kind, 100),
      inAudit ? 'yes' : 'no',
    ]),
  };
}

function leftOutTable(assessment: Assessment, leftOut: readonly LeftOutTarget[]): Table {
  return {
    kind: 'table',
    caption: `${counted(leftOut.length, 'declared target')} not selected (${selectedBy(assessment)}): nothing was looked at there`,
    columns: [
      { title: 'Target', share: 30, style: 'strong' },
      { title: 'Where', share: 44, style: 'code' },
      { title: 'Tags', share: 26 },
    ],
    rows: leftOut.map(({ id, locator, tags }) => [
      shown(id, 200),
      shown(locator, 200),
      shown(tags.join(', '), 200) || 'none',
    ]),
  };
}

function* subjectBlocks(subject: JudgedSubject, queries: Tally['queries']): Iterable<Block> {
  const where =
    subject.record === undefined ? 'the scan never came to it' : subjectWords(subject.record.subject);
  yield { kind: 'group', title: subject.subjectId, subtitle: where };
  const causes = new Map<string, Finding[]>();
  for (const finding of subject.findings) {
    const reasons = finding.unseen.map(({ code, message }) => [code, message]);
    const cause = JSON.stringify([finding.reason, finding.message, reasons]);
    causes.set(cause, [...(causes.get(cause) ?? []), finding]);
  }
  for (const findings of causes.values()) yield causeBlock(subject, findings, queries);
}

function causeBlock(
  { record }: JudgedSubject,
  findings: readonly Finding[],
  queries: Tally['queries'],
): FindingBlock {
  const [first] = findings as readonly [Finding, ...Finding[]];
  const tests = findings.map(({ title, controlId, severity }) => `${title} (${controlId}, ${severity})`);
  const unseen = findings.flatMap((finding) => finding.unseen);
  const facts = findings.flatMap(({ observations }) => observations.map(({ fact }) => fact));
  const one = findings.length === 1;
  return {
    kind: 'finding',
    state: first.reason,
    title: one ? first.title : `${counted(findings.length, 'test')} ${reasonWords[first.reason]}`,
    subtitle: '',
    message: shown(first.message, 500),
    facts: [
      { label: one ? 'Test' : 'Tests', values: shortened(tests, 60) },
      ...(one && first.population.items > 0
        ? [{ label: 'Items', values: [populationWords(first.population)] }]
        : []),
      ...unseenFacts(unseen, first.message),
      ...observationFacts(record, [...facts, ...unseen.map(({ fact }) => fact)], queries),
      ...evidenceFact({ ...first, evidence: [...new Set(findings.flatMap(({ evidence }) => evidence))] }),
    ],
  };
}
