import type { AuditResult, RequirementResult } from '../../model/index.ts';
import type { Block, Table } from '../block.ts';
import { denominatorWords } from '../denominator.ts';
import type { ReportInput } from '../report-input.ts';
import type { Tally } from '../tally.ts';
import { clipped, shown } from '../visible.ts';
import { grouped } from '../words.ts';
import { linksOf, proofFacts, requirementsFact, subjectsWords } from './control.ts';
import { queryName } from './finding.ts';
import { openWords, stateOf } from './requirement.ts';

/** What each test expects, proves and does not prove, once per test. */
export function* testsSection(input: ReportInput): Iterable<Block> {
  for (const result of input.assessment.controls) {
    const control = input.controls.get(result.id);
    yield {
      kind: 'group',
      title: result.title,
      subtitle: `${result.id} version ${result.version}, sha256 ${result.sha256.slice(0, 16)}…`,
      severity: result.severity,
    };
    yield {
      kind: 'facts',
      facts: [
        { label: 'Systems', values: [subjectsWords(result)] },
        ...(control === undefined
          ? []
          : [{ label: 'Expects', values: [control.expect], style: 'code' as const }]),
        ...(control === undefined ? [] : proofFacts(control)),
        ...(control === undefined ? [] : requirementsFact(input, linksOf(control))),
        ...(control === undefined ? [] : [{ label: 'References', values: [control.references.join('; ')] }]),
      ].filter(({ values }) => values.some((value) => value !== '')),
    };
  }
}

/** The long queries, each once: most are the same on every system. */
export function* queriesSection(_input: ReportInput, { queries }: Tally): Iterable<Block> {
  const facts = [...queries].map(([text, number]) => ({
    label: queryName(number),
    values: [clipped(text, 6000)],
    style: 'code' as const,
  }));
  yield { kind: 'facts', facts };
}

/** Per audit, the requirements that tests or declarations say something about. */
export function* requirementsSection(input: ReportInput): Iterable<Block> {
  yield {
    kind: 'paragraph',
    text: 'Requirements that these tests are evidence toward, or that somebody else answers for. All others are in the state that the summary counts them under.',
    tone: 'quiet',
  };
  for (const audit of input.assessment.audits) {
    const told = audit.requirements.filter(({ outside }) => outside === undefined);
    if (told.length > 0) yield requirementsTable(input, audit, told);
  }
}

function requirementsTable(
  input: ReportInput,
  { audit, title, assessable }: AuditResult,
  requirements: readonly RequirementResult[],
): Table {
  const framework = input.frameworks.get(audit.framework);
  const known = new Map((framework?.requirements ?? []).map((each) => [each.id, each.title]));
  const parts = denominatorWords(framework, assessable);
  return {
    kind: 'table',
    caption: `${title}: ${requirements.length} of ${grouped(assessable)} requirements${parts === undefined ? '' : ` (${parts})`}`,
    columns: [
      { title: 'Requirement', share: 17, style: 'strong' },
      { title: 'Subject matter', share: 41 },
      { title: 'State', share: 15 },
      { title: 'Tests', share: 6, style: 'number' },
      { title: 'No exc.', share: 7, style: 'number' },
      { title: 'Exc.', share: 6, style: 'number' },
      { title: 'Not tested', share: 8, style: 'number' },
    ],
    rows: requirements.map((result) => [
      result.id,
      [shown(known.get(result.id) ?? '', 160), ...openWords(result)].filter((line) => line !== '').join('\n'),
      stateOf(result),
      grouped(result.controls),
      grouped(result.passed),
      grouped(result.failed),
      grouped(result.unseen),
    ]),
  };
}

/** Every piece of evidence with its digest. */
export function* evidenceSection(input: ReportInput): Iterable<Block> {
  yield {
    kind: 'table',
    caption: 'Files in the bundle: path, size and sha256',
    columns: [
      { title: 'Number', share: 11, style: 'strong' },
      { title: 'What it is', share: 22 },
      { title: 'Path, sha256', share: 58, style: 'code' },
      { title: 'Bytes', share: 9, style: 'number' },
    ],
    rows: evidenceRows(input),
  };
}

function* evidenceRows(input: ReportInput): Iterable<readonly string[]> {
  for (const { observations } of input.subjects()) {
    const listed = new Set<string>();
    for (const { evidence } of observations) {
      for (const { ref, title, path, bytes, sha256 } of evidence) {
        if (listed.has(ref)) continue;
        listed.add(ref);
        yield [ref, shown(title, 120), `${shown(path, 200)}\n${sha256}`, grouped(bytes)];
      }
    }
  }
}
