import type { Assessment, ControlResult, Severity } from '../../model/index.ts';
import type { Block, FindingBlock } from '../block.ts';
import { type Judged, judged } from '../join.ts';
import { worstFirst } from '../order.ts';
import type { ReportInput } from '../report-input.ts';
import type { Tally } from '../tally.ts';
import { shown } from '../visible.ts';
import { proofFacts, remediationFacts, requirementsFact, subjectsWords } from './control.ts';
import {
  basisOf,
  evidenceFact,
  exceptionsTable,
  observationFacts,
  paramsFact,
  populationWords,
  subjectWords,
  unseenFacts,
} from './finding.ts';

/** Everything that has exceptions: by severity, then by control, then by subject. */
export function* exceptionsSection(input: ReportInput, { queries }: Tally): Iterable<Block> {
  if (input.assessment.counts.fail === 0) {
    yield { kind: 'paragraph', text: 'No test found an exception. Read with what was not tested.' };
    return;
  }
  for (const severity of worstFirst) {
    if (input.assessment.failedBySeverity[severity] > 0) yield* bySeverity(input, severity, queries);
  }
}

/** Findings come by subject and are read by control, so one severity's exceptions are held at a time. */
function* bySeverity(input: ReportInput, severity: Severity, queries: Tally['queries']): Iterable<Block> {
  const byControl = new Map<string, FindingBlock[]>();
  const links = new Map<string, Judged['finding']['requirements']>();
  for (const each of judged(input, (finding) => finding.reason === 'fail' && finding.severity === severity)) {
    const { controlId, requirements } = each.finding;
    const blocks = byControl.get(controlId) ?? [];
    blocks.push(failureBlock(each, queries, input.assessment));
    byControl.set(controlId, blocks);
    links.set(controlId, requirements);
  }
  for (const result of input.assessment.controls) {
    const blocks = byControl.get(result.id);
    if (blocks === undefined) continue;
    yield* controlGroup(input, result, links.get(result.id) ?? []);
    yield* blocks;
  }
}

/** A control that has exceptions: what it tests, on what, how to fix it. */
export function* controlGroup(
  input: ReportInput,
  result: ControlResult,
  requirements: Judged['finding']['requirements'],
): Iterable<Block> {
  const control = input.controls.get(result.id);
  yield {
    kind: 'group',
    title: result.title,
    subtitle: `${result.id} version ${result.version}`,
    state: 'fail',
    severity: result.severity,
  };
  yield {
    kind: 'facts',
    facts: [
      { label: 'Systems', values: [subjectsWords(result)] },
      ...(control === undefined ? [] : remediationFacts(control)),
      ...(control === undefined ? [] : proofFacts(control)),
      ...requirementsFact(input, requirements),
    ],
  };
}

export function failureBlock(
  { finding, record }: Judged,
  queries: Tally['queries'],
  { run, scope }: Assessment,
): FindingBlock {
  return {
    kind: 'finding',
    state: 'fail',
    title: finding.subjectId,
    subtitle: record === undefined ? '' : subjectWords(record.subject),
    message: shown(finding.message, 500),
    facts: [
      { label: 'Items', values: [populationWords(finding.population), ...basisOf(finding.population)] },
      ...paramsFact(finding.params, scope),
      ...observationFacts(
        record,
        finding.observations.map(({ fact }) => fact),
        queries,
      ),
      ...evidenceFact(finding),
      ...unseenFacts(finding.unseen),
      ...(finding.owner === undefined ? [] : [{ label: 'Owner', values: [shown(finding.owner, 200)] }]),
    ],
    items: exceptionsTable(finding.exceptions, run.judgedAt),
  };
}
