import { byCodeUnit, type Finding } from '../model/index.ts';
import { dueWords, itemsWords } from './content/finding.ts';
import { judged } from './join.ts';
import { worstFirst } from './order.ts';
import { changedParamsWords } from './param-words.ts';
import type { ReportInput } from './report-input.ts';
import { lackingWords } from './scope-words.ts';
import { shellWord } from './shell-word.ts';
import { subjectName } from './subject-name.ts';
import { fitted, folded, outdented } from './text-layout.ts';
import type { TextView } from './text-view.ts';
import { visible } from './visible.ts';
import { counted, grouped } from './words.ts';

export function failureLines(view: TextView): readonly string[] {
  const { input, failures, mark } = view;
  const total = input.assessment.counts.fail;
  const shown = worstFailures(input, failures);
  const lines = shown.flatMap((finding) => failureText(view, finding));
  if (total <= shown.length) return lines;
  return [...lines, mark('exceptions', `and ${grouped(total - shown.length)} more: ${reportCommand(view)}`)];
}

/** Walks the findings once a severity until there are enough, so that none but those shown is kept. */
function worstFailures(input: ReportInput, limit: number): readonly Finding[] {
  const worst: Finding[] = [];
  for (const severity of worstFirst) {
    if (input.assessment.failedBySeverity[severity] === 0) continue;
    for (const { finding } of judged(
      input,
      ({ reason, severity: own }) => reason === 'fail' && own === severity,
    )) {
      if (worst.length >= limit) return worst;
      worst.push(finding);
    }
  }
  return worst;
}

/** One finding with exceptions: what, where, which items, how to fix it. */
export function failureText(view: TextView, finding: Finding): readonly string[] {
  const { input, width, mark, instructionLines } = view;
  const { scope } = input.assessment;
  const where = scope.subjects.length > 1 ? ` on ${subjectName(scope, finding.subjectId)}` : '';
  const title = fitted(`${finding.severity}  ${finding.title}${where}`, width);
  const items = finding.exceptions.map(({ item }) => item).filter((item) => item !== '');
  const evidence = visible(finding.evidence.slice(0, 3).join(', '));
  const detail = `  ${itemsWords(finding)}${items.length === 0 ? '' : `: ${items.slice(0, 6).join(', ')}`}`;
  const reference = evidence === '' ? '' : `  [${evidence}]`;
  return [
    mark('exceptions', title),
    `${fitted(detail, width - reference.length)}${reference}`,
    ...paramLines(view, finding),
    ...datesLines(view, finding),
    ...folded(`fix: ${fixOf(view, finding)}`, width, instructionLines),
  ];
}

/** What it was judged by, where that is not what its title and fix say. */
function paramLines({ input, width, full, instructionLines }: TextView, finding: Finding): readonly string[] {
  const words = changedParamsWords(finding, input);
  const limit = full ? instructionLines : Math.min(instructionLines, 2);
  return words === undefined ? [] : folded(words, width, limit);
}

/** Due dates of a first scan say nothing yet, so they are in the full report only. */
function datesLines(
  { input, width, full, instructionLines }: TextView,
  { exceptions, owner }: Finding,
): readonly string[] {
  const { changes, run } = input.assessment;
  const seen = exceptions.flatMap(({ firstSeen }) => firstSeen ?? []).sort();
  const dues = exceptions.flatMap(({ due }) => due ?? []).sort();
  const told = full || (changes !== undefined && instructionLines > 1);
  if (!told || seen[0] === undefined) return [];
  const due = dues[0] === undefined ? '' : `, due ${dueWords(dues[0], run.judgedAt)}`;
  const whose = `, owner ${owner ?? 'none'}`;
  return [fitted(`  first seen ${seen[0].slice(0, 10)}${due}${whose}`, width)];
}

function fixOf({ input, instructionLines }: TextView, { controlId }: Finding): string {
  const remediation = Object.entries(input.controls.get(controlId)?.remediation ?? {});
  const general = remediation.find(([product]) => product === 'any');
  const [product, text] = general ?? remediation[0] ?? ['any', 'see the test'];
  const others =
    remediation.length > 1 && instructionLines > 1
      ? ` (other products: assay controls show ${controlId})`
      : '';
  return `${product === 'any' ? '' : `${product}: `}${text.replaceAll(/\s+/g, ' ').trim()}${others}`;
}

/** Causes, most findings first, in two lines each, as many as there is room for. */
export function notTestedLines(
  { counts, width, mark, full, instructionLines }: TextView,
  room: number,
): readonly string[] {
  const groups = [...counts.notTested].sort((a, b) => byCodeUnit(a.reason, b.reason));
  const fits = groups.length * 2 <= room;
  const shown = fits ? groups : groups.slice(0, Math.max(0, Math.floor((room - 1) / 2)));
  const lines = shown.flatMap(({ reason, code, message, remedy, findings, subjects, controls }) => {
    const fault = reason === 'error' ? ' (fault)' : '';
    const where = subjects > 1 ? ` on ${grouped(subjects)} systems` : '';
    return [
      ...outdented(
        `not tested${fault}, not a pass: ${counted(findings, 'test')}${where} (${code}): ${message}`,
        width,
        Math.min(instructionLines, 2),
      ).map((line) => mark('not-tested', line)),
      ...folded(`do: ${remedy}`, width, instructionLines),
      ...(full ? folded(`tests: ${[...controls].join(', ')}`, width, instructionLines) : []),
    ];
  });
  const left = groups.slice(shown.length).reduce((sum, { findings }) => sum + findings, 0);
  return left === 0
    ? lines
    : [...lines, mark('not-tested', `and ${grouped(left)} more not tested (not a pass)`)];
}

/** Tests that judged nothing, a line for each kind of system that is missing. */
export function noSubjectLines({ input, width, mark }: TextView): readonly string[] {
  const byKind = new Map<string, string[]>();
  for (const { controlId, kind } of input.assessment.noSubject)
    byKind.set(kind, [...(byKind.get(kind) ?? []), controlId]);
  return [...byKind].flatMap(([kind, ids]) =>
    outdented(
      `not tested, not a pass: ${counted(ids.length, 'test')} without a system (${lackingWords(kind)}): ${ids.join(', ')}`,
      width,
      Number.POSITIVE_INFINITY,
    ).map((line) => mark('not-tested', line)),
  );
}

export function passLines({ input, width, mark }: TextView): readonly string[] {
  return [...judged(input, ({ reason }) => reason === 'pass')].map(({ finding }) => {
    const items = counted(finding.population.items, 'item');
    const text = `no exceptions: ${finding.title} on ${subjectName(input.assessment.scope, finding.subjectId)}, ${items}  [${finding.evidence.slice(0, 3).join(', ')}]`;
    return mark('no-exceptions', fitted(text, width));
  });
}

export function reportCommand({ bundlePath }: TextView): string {
  return `assay report ${shellWord(visible(bundlePath))}`;
}
