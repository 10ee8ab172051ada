import { byCodeUnit, type Judge, type SubjectRecord } from '../model/index.ts';
import { stableJson, stableLine } from './json.ts';
import { paths } from './layout.ts';

/** The lines of `data/findings.ndjson` for one subject, ordered by control id. */
export function findingLines(judge: Judge, record: SubjectRecord): readonly string[] {
  return judge
    .subject(record)
    .toSorted((a, b) => byCodeUnit(a.controlId, b.controlId))
    .map(stableLine);
}

/** The text of `data/assessment.json`. */
export function assessmentText(judge: Judge, findingsSha256: string, controlSet: string): string {
  return stableJson({
    ...judge.finish(),
    digests: { [paths.findings]: findingsSha256, [paths.controls]: controlSet },
  });
}
