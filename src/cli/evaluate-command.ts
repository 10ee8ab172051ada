import { resolve } from 'node:path';
import { stableJson } from '../bundle/json.ts';
import { type Bundle, readBundle } from '../bundle/reader.ts';
import { createJudge } from '../engine/judge.ts';
import type { Assessment, Finding } from '../model/index.ts';
import { renderText } from '../report/text.ts';
import { judgeInputOf } from '../verify/judge-input.ts';
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
  if (options.json) io.stdout.write(stableJson(assessment));
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

function judgeAgain(bundle: Bundle): { readonly assessment: Assessment; readonly same: boolean } {
  const recorded = bundle.readAssessment();
  const judge = createJudge(judgeInputOf(bundle));
  for (const record of bundle.subjects()) judge.subject(record);
  const assessment = { ...judge.finish(), digests: recorded.digests };
  return { assessment, same: stableJson(assessment) === stableJson(recorded) };
}

function* judgedFindings(bundle: Bundle): Iterable<Finding> {
  const judge = createJudge(judgeInputOf(bundle));
  for (const record of bundle.subjects()) yield* judge.subject(record);
}
