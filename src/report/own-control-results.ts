import type { Assessment, ControlResult, OwnControl } from '../model/index.ts';
import type { ReportInput } from './report-input.ts';
import { counted, grouped, reasonWords } from './words.ts';

/** A test that stands under an own control, and what became of it. */
export interface OwnTest {
  readonly id: string;
  readonly title: string;
  /** Absent: the scan did not take it in. */
  readonly result?: ControlResult;
  /** Why there is no result. */
  readonly why?: string;
}

export interface OwnControlResult {
  readonly own: OwnControl;
  readonly tests: readonly OwnTest[];
}

/** The organisation's own controls beside the tests, in the order of its file. */
export interface OwnControlResults {
  readonly results: readonly OwnControlResult[];
  /** Tests of this scan that stand under none of them. */
  readonly apart: readonly ControlResult[];
}

export function ownControlResults({ assessment, controls }: ReportInput): OwnControlResults {
  const ownControls = assessment.scope.ownControls ?? [];
  const judged = new Map(assessment.controls.map((result) => [result.id, result]));
  const under = new Set(ownControls.flatMap((own) => own.controls));
  return {
    results: ownControls.map((own) => ({
      own,
      tests: own.controls.map((id) => {
        const result = judged.get(id);
        const title = result?.title ?? controls.get(id)?.title ?? id;
        return result === undefined ? { id, title, why: whyNot(id, assessment) } : { id, title, result };
      }),
    })),
    apart: assessment.controls.filter(({ id }) => !under.has(id)),
  };
}

function whyNot(id: string, { scope }: Assessment): string {
  const exclusion = scope.tailoring?.excluded.find(({ control }) => control === id);
  return exclusion === undefined
    ? 'not part of this scan'
    : `left out by the profile ${exclusion.profile}: ${exclusion.reason}`;
}

/** `exceptions on 2 of 5 systems, 1 not tested`: never better than the worst of its systems. */
export function resultWords({ result, why }: OwnTest): string {
  if (result === undefined) return why ?? '';
  const { fail, error, unseen, pass } = result.reasons;
  if (result.subjects === 0) return 'no system of its kind';
  const of = ` of ${counted(result.subjects, 'system')}`;
  const parts = [
    ...(fail === 0 ? [] : [`exceptions on ${grouped(fail)}${of}`]),
    ...(error + unseen === 0 ? [] : [`not tested on ${grouped(error + unseen)}${of}`]),
    ...(pass === 0 ? [] : [`${reasonWords.pass} on ${grouped(pass)}${of}`]),
  ];
  return parts.length === 0 ? reasonWords['not-applicable'] : parts.join(', ');
}
