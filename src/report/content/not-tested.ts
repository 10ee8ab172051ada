import type { Finding } from '../../model/index.ts';
import type { Block, FindingBlock } from '../block.ts';
import { type JudgedSubject, judgedBySubject } from '../join.ts';
import type { ReportInput } from '../report-input.ts';
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
  const { unseen, error } = input.assessment.counts;
  if (unseen + error === 0) {
    yield { kind: 'paragraph', text: 'Every selected test came to a conclusion.' };
    return;
  }
  yield {
    kind: 'paragraph',
    text: `${counted(unseen + error, 'finding')} with no conclusion. None of them is a pass.`,
  };
  for (const subject of judgedBySubject(input, ({ reason }) => reason === 'unseen' || reason === 'error')) {
    yield* subjectBlocks(subject, queries);
  }
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
