import { resolve } from 'node:path';
import { stableJson, stableLine } from '../bundle/json.ts';
import { type Bundle, readBundle } from '../bundle/reader.ts';
import { createJudge } from '../engine/judge.ts';
import type { Assessment } from '../model/index.ts';
import { sortedJson } from '../report/json.ts';
import { renderText } from '../report/text.ts';
import { recordedJudge } from '../verify/recorded-judge.ts';
import type { Io } from './io.ts';
import { findingsBy, judgedText } from './judged-bundle.ts';
import { reportInputOf } from './report-files.ts';
import { styleFor } from './style.ts';

/** The options of `assay evaluate`, as the command line gives them. */
export interface EvaluateOptions {
  readonly profile?: readonly string[];
  readonly json?: boolean;
}

/** `assay evaluate`: the judgement again, from a bundle alone; exits as the scan would. */
export async function runEvaluate(folder: string, options: EvaluateOptions, io: Io): Promise<number> {
  const bundle = await readBundle(resolve(io.cwd, folder));
  if (options.profile !== undefined) {
    const { judgeByProfiles } = await import('./evaluate-profiles.ts');
    return judgeByProfiles(bundle, options.profile, options, io);
  }
  const { assessment, same } = judgeAgain(bundle);
  if (options.json) io.stdout.write(`${sortedJson(assessment, 2)}\n`);
  else {
    const text = renderText(
      {
        ...reportInputOf(bundle),
        assessment,
        findings: () => findingsBy(bundle, () => recordedJudge(bundle, createJudge)),
      },
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
  const recorded = bundle.findings()[Symbol.iterator]();
  let same = true;
  const text = judgedText(
    bundle,
    recordedJudge(bundle, createJudge),
    bundle.readRun().controlSetSha256,
    (line) => {
      const { value } = recorded.next();
      same = value !== undefined && stableLine(value) === line && same;
    },
  );
  same = recorded.next().done === true && text === stableJson(bundle.readAssessment()) && same;
  return { assessment: JSON.parse(text) as Assessment, same };
}
