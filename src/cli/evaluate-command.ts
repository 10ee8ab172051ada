import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { stableJson, stableLine } from '../bundle/json.ts';
import { assessmentText, findingLines } from '../bundle/judgement.ts';
import { type Bundle, readBundle } from '../bundle/reader.ts';
import { createJudge } from '../engine/judge.ts';
import type { Assessment, Finding } from '../model/index.ts';
import { sortedJson } from '../report/json.ts';
import { renderText } from '../report/text.ts';
import { recordedJudge } from '../verify/recorded-judge.ts';
import type { Io } from './io.ts';
import { reportInputOf } from './report-files.ts';
import { styleFor } from './style.ts';

/** `assay evaluate`: the judgement again, from a bundle alone; exits as the scan would. */
export async function runEvaluate(
  folder: string,
  options: { readonly json?: boolean },
  io: Io,
): Promise<number> {
  const bundle = await readBundle(resolve(io.cwd, folder));
  const { assessment, same } = judgeAgain(bundle);
  if (options.json) io.stdout.write(`${sortedJson(assessment, 2)}\n`);
  else {
    const text = renderText(
      { ...reportInputOf(bundle), assessment, findings: () => judgedFindings(bundle) },
      {
        width: io.stdout.columns,
        full: false,
        bundlePath: bundle.folder,
        reportPaths: [],
        style: styleFor(io.stdout, io),
      },
    );
    io.stdout.write(text);
  }
  io.stderr.write(same ? 'judged again: the same as recorded\n' : 'judged again: NOT the same as recorded\n');
  return assessment.outcome.exitCode;
}

interface JudgedAgain {
  readonly assessment: Assessment;
  /** False where the assessment, or any finding, differs from what the bundle records. */
  readonly same: boolean;
}

function judgeAgain(bundle: Bundle): JudgedAgain {
  const judge = recordedJudge(bundle, createJudge);
  const hash = createHash('sha256');
  const recorded = bundle.findings()[Symbol.iterator]();
  let same = true;
  for (const record of bundle.subjects()) {
    for (const line of findingLines(judge, record)) {
      const { value } = recorded.next();
      same = value !== undefined && stableLine(value) === line && same;
      hash.update(line);
    }
  }
  const text = assessmentText(judge, hash.digest('hex'), bundle.readRun().controlSetSha256);
  same = recorded.next().done === true && text === stableJson(bundle.readAssessment()) && same;
  return { assessment: JSON.parse(text) as Assessment, same };
}

function* judgedFindings(bundle: Bundle): Iterable<Finding> {
  const judge = recordedJudge(bundle, createJudge);
  for (const record of bundle.subjects()) yield* judge.subject(record);
}
