import type { Finding } from '../model/index.ts';
import { givenBy, tailoredWords } from './content/tailoring.ts';
import { judged } from './join.ts';
import { type OwnTest, ownControlResults, resultWords } from './own-control-results.ts';
import { failureText } from './text-findings.ts';
import { fitted, outdented } from './text-layout.ts';
import type { TextView } from './text-view.ts';

const everyLine = Number.POSITIVE_INFINITY;

/** What the organisation changed: how much of it in one line, and all of it in the full report. */
export function tailoringLines({ input, width, full, mark }: TextView): readonly string[] {
  const words = tailoredWords(input);
  if (words === undefined) return [];
  const { looser = [], scope } = input.assessment;
  const each = [
    ...looser.map(
      (override) =>
        `looser: ${override.control} ${override.param} = ${JSON.stringify(override.value)} in place of ${JSON.stringify(override.default)}, by ${givenBy(override)}: ${override.reason}`,
    ),
    ...(scope.tailoring?.excluded ?? []).map(
      ({ control, profile, reason }) => `left out: ${control}, by the profile ${profile}: ${reason}`,
    ),
    ...(scope.notAskedFor ?? []).map(
      ({ control, title, probe }) => `not asked for: ${control}, ${title} (--probe ${probe})`,
    ),
  ];
  return [
    mark('not-tested', fitted(`tailored: ${words}`, width)),
    ...(full ? each.flatMap((line) => outdented(line, width, everyLine)) : []),
  ];
}

/** Own controls with what their tests found; where the report is ordered by them, with the failures below each. */
export function ownControlLines(view: TextView): readonly string[] {
  const { input, width, mark } = view;
  const { results, apart } = ownControlResults(input);
  const failures = input.order === undefined ? undefined : failuresByControl(view);
  const lines = results.flatMap(({ own, tests }) => [
    ...outdented(`${own.id}: ${own.wording} (${own.owner}, ${own.frequency})`, width, 2).map((line) =>
      mark('strong', line),
    ),
    ...(tests.length === 0
      ? [mark('not-tested', '  no test stands under it: a person has to test it')]
      : tests.flatMap((test) => testLines(view, test, failures))),
  ]);
  const others = apart.map((result): OwnTest => ({ id: result.id, title: result.title, result }));
  if (others.length === 0) return lines;
  return [
    ...lines,
    mark('strong', 'under no own control:'),
    ...others.flatMap((test) => testLines(view, test, failures)),
  ];
}

function testLines(
  view: TextView,
  test: OwnTest,
  failures: ReadonlyMap<string, readonly Finding[]> | undefined,
): readonly string[] {
  const line = fitted(`  ${test.title}: ${resultWords(test)}`, view.width);
  const own = failures?.get(test.id) ?? [];
  return [line, ...own.flatMap((finding) => failureText(view, finding))];
}

function failuresByControl({ input }: TextView): ReadonlyMap<string, readonly Finding[]> {
  const byControl = new Map<string, Finding[]>();
  for (const { finding } of judged(input, ({ reason }) => reason === 'fail')) {
    const found = byControl.get(finding.controlId) ?? [];
    found.push(finding);
    byControl.set(finding.controlId, found);
  }
  return byControl;
}
