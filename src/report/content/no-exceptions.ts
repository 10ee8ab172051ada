import type { Finding, SubjectRecord } from '../../model/index.ts';
import type { Block, Fact, Table } from '../block.ts';
import { type JudgedSubject, judgedBySubject } from '../join.ts';
import type { ReportInput } from '../report-input.ts';
import { subjectName } from '../subject-name.ts';
import type { Tally } from '../tally.ts';
import { shown } from '../visible.ts';
import { counted } from '../words.ts';
import { observationFacts, shortened, subjectWords } from './finding.ts';

/** Tests without exceptions, by subject with what was asked of it. */
export function* noExceptionsSection(input: ReportInput, { queries }: Tally): Iterable<Block> {
  if (input.assessment.counts.pass === 0) {
    yield { kind: 'paragraph', text: 'No test ended without exceptions.' };
    return;
  }
  yield {
    kind: 'paragraph',
    text: 'What each test proves, and what it does not, is under “Tests”.',
    tone: 'quiet',
  };
  for (const subject of judgedBySubject(input, ({ reason }) => reason === 'pass')) {
    yield { kind: 'group', title: subject.subjectId, subtitle: subjectSubtitle(subject) };
    if (subject.record !== undefined)
      yield { kind: 'facts', facts: subjectFacts(subject.record, subject.findings, queries) };
    yield passTable(subject);
  }
}

/** Tests that do not apply, and why. */
export function* notApplicableSection(input: ReportInput): Iterable<Block> {
  yield {
    kind: 'table',
    caption: 'Tests that do not apply, and why',
    state: 'not-applicable',
    columns: [
      { title: 'System', share: 25, style: 'strong' },
      { title: 'Test', share: 35 },
      { title: 'Why', share: 40 },
    ],
    rows: notApplicableRows(input),
  };
}

function* notApplicableRows(input: ReportInput): Iterable<readonly string[]> {
  for (const finding of input.findings()) {
    if (finding.reason !== 'not-applicable') continue;
    const system = shown(subjectName(input.assessment.scope, finding.subjectId), 200);
    yield [system, `${finding.title} (${finding.controlId})`, shown(finding.message, 500)];
  }
}

function subjectSubtitle({ record }: JudgedSubject): string {
  return record === undefined ? '' : subjectWords(record.subject);
}

function subjectFacts(
  record: SubjectRecord,
  findings: readonly Finding[],
  queries: Tally['queries'],
): readonly Fact[] {
  const facts = [...new Set(findings.flatMap(({ observations }) => observations.map(({ fact }) => fact)))];
  const identity = Object.entries(record.identity).map(([name, value]) => shown(`${name}: ${value}`, 200));
  const { principal } = record;
  const rights =
    principal === undefined
      ? 'no log-in: looked at from the network'
      : `${principal.name} (${shortened(principal.privileges, 20).join(', ') || 'no privileges recorded'})`;
  return [
    { label: 'Looked at as', values: [shown(rights, 500)] },
    { label: 'From', values: [`${record.vantage}, ${counted(record.connections, 'connection')}`] },
    ...(identity.length === 0 ? [] : [{ label: 'Says of itself', values: shortened(identity, 8) }]),
    ...observationFacts(record, facts, queries),
  ];
}

function passTable({ subjectId, findings }: JudgedSubject): Table {
  return {
    kind: 'table',
    caption: `Tests without exceptions on ${subjectId}`,
    state: 'pass',
    columns: [
      { title: 'Test', share: 38 },
      { title: 'Items', share: 8, style: 'number' },
      { title: 'How the population was established', share: 36 },
      { title: 'Evidence', share: 18, style: 'code' },
    ],
    rows: findings.map((finding) => [
      `${finding.title} (${finding.controlId})${changedParams(finding)}`,
      String(finding.population.items),
      shown(finding.population.basis.join('; '), 300),
      shortened(finding.evidence, 6).join(', '),
    ]),
  };
}

function changedParams(finding: Finding): string {
  const changed = Object.entries(finding.params).filter(([, { origin }]) => origin !== 'control');
  if (changed.length === 0) return '';
  const words = changed.map(
    ([name, { value, origin, looser }]) =>
      `${name} = ${JSON.stringify(value)} by the ${origin}${looser === true ? ', LOOSER than the default' : ''}`,
  );
  return `; CHANGED parameter: ${shown(words.join(', '), 200)}`;
}
