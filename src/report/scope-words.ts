import type { Assessment, Audit } from '../model/index.ts';
import { shown } from './visible.ts';
import { counted, grouped } from './words.ts';

const nameLimit = 120;

/** `1 target declared`; `2 targets declared, 1 selected (--tag cde)`: what was left out is declared all the same. */
export function targetsWords(assessment: Assessment): string {
  const { targets, leftOut = [] } = assessment.scope;
  const declared = `${counted(targets.length + leftOut.length, 'target')} declared`;
  if (leftOut.length === 0) return declared;
  return `${declared}, ${grouped(targets.length)} selected (${selectedBy(assessment)})`;
}

/** Which declared targets were not selected; undefined where all were. */
export function leftOutWords(assessment: Assessment, limit: number): string | undefined {
  const { targets, leftOut = [] } = assessment.scope;
  if (leftOut.length === 0) return undefined;
  const of = `${grouped(leftOut.length)} of ${grouped(targets.length + leftOut.length)} declared targets`;
  const names = leftOut.slice(0, limit).map(({ id, locator }) => shown(`${id} (${locator})`, nameLimit));
  const more = leftOut.length - names.length;
  const others = more === 0 ? '' : ` and ${grouped(more)} more`;
  return `${of} ${leftOut.length === 1 ? 'was' : 'were'} not selected (${selectedBy(assessment)}), so not looked at: ${names.join(', ')}${others}.`;
}

/** The option that left targets out: `--tag cde`. */
export function selectedBy({ run }: Assessment): string {
  return shown(run.selection.tags.map((tag) => `--tag ${tag}`).join(' ') || 'by the command line', nameLimit);
}

/** An audit's boundary, with how much of it the scan was not asked to look at. */
export function boundaryWords({ boundaryTags }: Audit, { scope }: Assessment): string {
  const inside = (tags: readonly string[]): boolean =>
    boundaryTags.length === 0 || boundaryTags.some((tag) => tags.includes(tag));
  const leftOut = (scope.leftOut ?? []).filter(({ tags }) => inside(tags)).length;
  const boundary = boundaryTags.length === 0 ? 'every target' : `targets tagged ${boundaryTags.join(', ')}`;
  return `boundary: ${boundary}${leftOut === 0 ? '' : `, ${grouped(leftOut)} of them not selected`}`;
}

/** `30 tests selected: 11 judged, 19 without a system`: what had no system judged nothing. */
export function testsWords({ controls }: Assessment): string {
  const judged = controls.filter(({ subjects }) => subjects > 0).length;
  const selected = `${counted(controls.length, 'test')} selected`;
  return `${selected}: ${grouped(judged)} judged, ${grouped(controls.length - judged)} without a system`;
}

/** What a test without a system lacks: of the organisation it is the register that it compares. */
export function lackingWords(kind: string): string {
  return kind === 'organisation' ? 'no register declared' : `no ${kind}`;
}
