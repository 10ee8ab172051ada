import type { Bundle } from '../bundle/reader.ts';
import { createJudge } from '../engine/judge.ts';
import { AssayError, type Assessment, type Judge, type JudgeInput, type Tailoring } from '../model/index.ts';
import { sortedJson } from '../report/json.ts';
import type { ReportInput } from '../report/report-input.ts';
import { shellWord } from '../report/shell-word.ts';
import { renderText } from '../report/text.ts';
import { visible } from '../report/visible.ts';
import { orRefused } from '../verify/refused.ts';
import { judgementBy } from './another-judgement.ts';
import type { EvaluateOptions } from './evaluate-command.ts';
import type { Io } from './io.ts';
import { findingsBy, judgedText } from './judged-bundle.ts';
import { packageVersion } from './package-files.ts';
import { reportInputOf } from './report-files.ts';
import { styleFor } from './style.ts';

/**
 * `assay evaluate --profile`: the same observations judged by other profiles. There is no report of this judgement, so
 * all of it is printed, and it says first whose judgement it is not.
 */
export async function judgeByProfiles(
  bundle: Bundle,
  names: readonly string[],
  options: EvaluateOptions,
  io: Io,
): Promise<number> {
  const { input, tailoring } = await judgementBy(names, bundle, io);
  const text = judgedText(bundle, judgeOf(input), input.run.controlSetSha256);
  const assessment = JSON.parse(text) as Assessment;
  const statement = statementOf(tailoring, bundle);
  if (options.json) {
    io.stdout.write(`${sortedJson({ ...assessment, anotherJudgement: anotherOf(tailoring, bundle) }, 2)}\n`);
    io.stderr.write(statement);
    return assessment.outcome.exitCode;
  }
  const report = renderText(reportOf(input, assessment, bundle), {
    width: io.stdout.columns,
    full: true,
    bundlePath: bundle.folder,
    reportPaths: [],
    next: `assay evaluate ${shellWord(visible(bundle.folder))}`,
    style: styleFor(io.stdout, io),
  });
  io.stdout.write(`${statement}\n${report}`);
  return assessment.outcome.exitCode;
}

/** A judge of the bundle's observations; what is wrong with a control that is not the bundle's is not the bundle's fault. */
function judgeOf(input: JudgeInput): Judge {
  try {
    return refusing(createJudge(input));
  } catch (error) {
    throw new AssayError(
      'ERR_PROFILE',
      `expected profiles whose controls can be judged by what the bundle has, got: ${error instanceof Error ? error.message : String(error)}`,
      {
        cause: error,
        remedy: `Scan again with this assay (${packageVersion()}); the bundle is by ${visible(input.run.tool.version)}.`,
      },
    );
  }
}

function refusing(judge: Judge): Judge {
  const expected = 'observations that can be judged';
  return {
    subject: (record) => orRefused(expected, () => judge.subject(record)),
    finish: () => orRefused(expected, () => judge.finish()),
  };
}

function reportOf(input: JudgeInput, assessment: Assessment, bundle: Bundle): ReportInput {
  return {
    ...reportInputOf(bundle),
    assessment,
    findings: () => findingsBy(bundle, () => judgeOf(input)),
    controls: new Map(input.controls.map(({ control }) => [control.id, control])),
    frameworks: new Map(input.frameworks.map((framework) => [framework.id, framework])),
  };
}

/** Which judgement it is, for programs: `assessment.json` of a bundle never has this. */
function anotherOf({ profiles }: Tailoring, { seal, ...bundle }: Bundle): object {
  return {
    profiles: profiles.map(({ id, sha256 }) => ({ id, sha256 })),
    bundle: { fingerprint: seal.fingerprint, outcome: bundle.readAssessment().outcome },
  };
}

function statementOf({ profiles }: Tailoring, bundle: Bundle): string {
  const by = profiles.map(({ id, sha256 }) => `${id} (sha256 ${sha256})`).join(', ');
  const { exitCode, words } = bundle.readAssessment().outcome;
  return [
    'ANOTHER JUDGEMENT than the bundle records: the same observations, judged now by',
    `  ${by}`,
    `  The bundle's own is exit code ${exitCode}: ${visible(words)}`,
    '',
  ].join('\n');
}
