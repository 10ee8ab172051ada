import type { RequirementState } from '../model/index.ts';
import { changesLine } from './content/changes.ts';
import { denominatorWords } from './denominator.ts';
import { legend } from './legend.ts';
import { durationWords, elapsedMs, utcTime } from './local-time.ts';
import type { ReportInput } from './report-input.ts';
import { firstAddressWords, leftOutWords, proxyWords, targetsWords } from './scope-words.ts';
import { shellWord } from './shell-word.ts';
import { tally } from './tally.ts';
import { failureLines, noSubjectLines, notTestedLines, passLines, reportCommand } from './text-findings.ts';
import { fitted, folded, outdented } from './text-layout.ts';
import { ownControlLines, tailoringLines } from './text-tailoring.ts';
import type { TextOptions, TextView } from './text-view.ts';
import { visible } from './visible.ts';
import {
  counted,
  draftWords,
  grouped,
  interruptedWords,
  signatureWords,
  whatItIsNot,
  whereabouts,
} from './words.ts';

export type { TextOptions, TextRole } from './text-view.ts';

const shortLines = 25;
const shortSubjects = 2;
const shortFailures = 4;
const narrowest = 40;

/** The result for a terminal: what was looked at, counts, the worst first, and the exit code in words as last line. */
export function renderText(input: ReportInput, options: TextOptions): string {
  const view: TextView = {
    ...options,
    width: Math.max(narrowest, options.width),
    input,
    counts: tally(input),
    mark: options.style ?? ((_role, text) => text),
    instructionLines: Number.POSITIVE_INFINITY,
    failures: options.full ? Number.POSITIVE_INFINITY : shortFailures,
  };
  return `${(options.full ? reportLines(view, Number.POSITIVE_INFINITY) : shortReport(view)).join('\n')}\n`;
}

/** Instructions in full where there is room for them, else cut to one line each. */
function shortReport(view: TextView): readonly string[] {
  for (const instructionLines of [3, 2]) {
    const lines = reportLines({ ...view, instructionLines }, Number.POSITIVE_INFINITY);
    if (lines.length <= shortLines) return lines;
  }
  const short = reportLines({ ...view, instructionLines: 1 }, shortLines);
  if (short.length <= shortLines) return short;
  for (let failures = shortFailures - 1; failures > 1; failures -= 1) {
    const fewer = reportLines({ ...view, instructionLines: 1, failures }, shortLines);
    if (fewer.length <= shortLines) return fewer;
  }
  return reportLines({ ...view, instructionLines: 1, failures: 1 }, shortLines);
}

function reportLines(view: TextView, limit: number): readonly string[] {
  const head = [...subjectLines(view), ...leftOutLines(view), countsLine(view), ...changedLines(view), ''];
  const ordered = view.input.order === 'own-controls';
  const failures = ordered ? ownControlLines(view) : failureLines(view);
  const own = view.full && !ordered && hasOwnControls(view) ? ownControlLines(view) : [];
  const foot = footLines(view);
  const room = limit - head.length - failures.length - foot.length;
  const body = [
    ...failures,
    ...notTestedLines(view, room),
    ...(view.full ? [...noSubjectLines(view), ...passLines(view)] : []),
    ...own,
  ];
  return [...head, ...body, ...(body.length > 0 ? [''] : []), ...foot];
}

/** Target, address, connections, time; many of them in one line of numbers. */
function subjectLines(view: TextView): readonly string[] {
  const { input, counts, width, mark } = view;
  const { run, scope } = input.assessment;
  const time = durationWords(view.elapsedMs ?? elapsedMs(run.startedAt, run.endedAt));
  const when = view.full ? `${time}  ${utcTime(run.startedAt)}` : time;
  if (scope.subjects.length > shortSubjects && !view.full) {
    const targets =
      scope.leftOut === undefined ? counted(scope.targets.length, 'target') : targetsWords(input.assessment);
    const text = `${targets}, ${counted(counts.systems, 'system')}: ${grouped(counts.tested)} tested, ${grouped(counts.notReached)} not reached, ${counted(counts.connections, 'connection')}  ${when}`;
    return [mark('strong', fitted(text, width))];
  }
  return [...input.subjects()].map(({ subject, connections }) => {
    return mark(
      'strong',
      fitted(`${whereabouts(subject, '  ')}  ${counted(connections, 'connection')}  ${when}`, width),
    );
  });
}

/** What was not selected, and what stood between: one line each after a scan, most of it in the full report. */
function leftOutLines({ input, width, full, mark }: TextView): readonly string[] {
  const limit = full ? 20 : 3;
  const { assessment } = input;
  const told = [leftOutWords, firstAddressWords, proxyWords];
  return told.flatMap((tell) => {
    const words = tell(assessment, limit);
    if (words === undefined) return [];
    const lines = outdented(words, width, full ? Number.POSITIVE_INFINITY : 1);
    return lines.map((line) => mark('not-tested', line));
  });
}

function countsLine({ input, mark }: TextView): string {
  const { counts } = input.assessment;
  const notTested = counts.unseen + counts.error;
  const parts = [
    mark(counts.fail > 0 ? 'exceptions' : 'quiet', `${grouped(counts.fail)} with exceptions`),
    mark(notTested > 0 ? 'not-tested' : 'quiet', `${grouped(notTested)} not tested`),
    mark('no-exceptions', `${grouped(counts.pass)} no exceptions`),
    ...(counts['not-applicable'] > 0
      ? [mark('quiet', `${grouped(counts['not-applicable'])} not applicable`)]
      : []),
  ];
  return parts.join(', ');
}

function hasOwnControls({ input }: TextView): boolean {
  return (input.assessment.scope.ownControls ?? []).length > 0;
}

function changedLines({ input, width }: TextView): readonly string[] {
  const { changes } = input.assessment;
  return changes === undefined ? [] : outdented(changesLine(changes), width, 2);
}

function footLines(view: TextView): readonly string[] {
  const { input, width, mark, full } = view;
  const { assessment, seal } = input;
  const interrupted = interruptedWords(assessment.run);
  const signed = seal.signature.kind === 'unsigned' ? 'UNSIGNED' : `signed by ${seal.signature.keyId}`;
  return [
    ...(full ? fullLines(view) : []),
    ...folded(towardWords(view), width, towardLimit(view)).map((line) => line.trim()),
    ...tailoringLines(view),
    `bundle: ${visible(view.bundlePath)}  ${mark('strong', `DRAFT, ${signed}`)}`,
    ...view.reportPaths.map((path) => `report: ${visible(path)}`),
    `next: ${nextCommand(view)}`,
    ...(interrupted === undefined
      ? []
      : folded(interrupted, width, view.instructionLines).map((line) => mark('not-tested', line.trim()))),
    mark('strong', `exit code ${assessment.outcome.exitCode}: ${visible(assessment.outcome.words)}`),
  ];
}

function fullLines({ input, width, mark }: TextView): readonly string[] {
  return [
    ...legend.map(({ word, meaning }) => mark('quiet', fitted(`${word.padEnd(20)}${meaning}`, width))),
    '',
    whatItIsNot,
    draftWords,
    signatureWords(input.seal),
    `fingerprint: ${input.seal.fingerprint}`,
  ];
}

const testedStates: readonly RequirementState[] = ['exceptions', 'partly-tested', 'no-exceptions'];

function towardLimit({ full, instructionLines }: TextView): number {
  if (full) return Number.POSITIVE_INFINITY;
  return instructionLines > 1 ? 2 : 1;
}

function towardWords({ input, full }: TextView): string {
  const parts = input.assessment.audits.flatMap(({ audit, requirements, assessable }) => {
    const tested = requirements.filter(({ state }) => testedStates.includes(state));
    if (tested.length === 0) return [];
    const of = full ? denominatorWords(input.frameworks.get(audit.framework), assessable) : undefined;
    const total = `${grouped(assessable)}${of === undefined ? '' : `: ${of}`}`;
    return [`${audit.framework} (${tested.length} of ${total})`];
  });
  return `evidence toward: ${parts.length > 0 ? parts.join(', ') : 'no requirement'}`;
}

function nextCommand(view: TextView): string {
  if (view.next !== undefined) return view.next;
  return view.reportPaths.length === 0
    ? `${reportCommand(view)} --format html,pdf`
    : `assay verify ${shellWord(visible(view.bundlePath))}`;
}
