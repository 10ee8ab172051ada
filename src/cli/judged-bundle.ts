import { createHash } from 'node:crypto';
import { assessmentText, findingLines } from '../bundle/judgement.ts';
import type { Bundle } from '../bundle/reader.ts';
import type { Finding, Judge } from '../model/index.ts';

/** The text of the assessment that a judge comes to over all that a bundle has seen. */
export function judgedText(
  bundle: Bundle,
  judge: Judge,
  controlSet: string,
  onLine: (line: string) => void = () => undefined,
): string {
  const hash = createHash('sha256');
  for (const record of bundle.subjects()) {
    for (const line of findingLines(judge, record)) {
      onLine(line);
      hash.update(line);
    }
  }
  return assessmentText(judge, hash.digest('hex'), controlSet);
}

/** Findings as they are judged, each time from the start: none is held in memory. */
export function* findingsBy(bundle: Bundle, judgeOf: () => Judge): Iterable<Finding> {
  const judge = judgeOf();
  for (const record of bundle.subjects()) yield* judge.subject(record);
}
