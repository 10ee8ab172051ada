import { createHash } from 'node:crypto';
import { readLines } from '../bundle/hashed-file.ts';
import { stableJson } from '../bundle/json.ts';
import { assessmentText, findingLines } from '../bundle/judgement.ts';
import { paths } from '../bundle/layout.ts';
import { controlSetOf } from '../bundle/manifest.ts';
import type { Bundle } from '../bundle/reader.ts';
import { printable, refusal } from '../bundle/refusal.ts';
import type { SealedFolder } from '../bundle/sealed.ts';
import { type AssayError, type Finding, semanticsVersion } from '../model/index.ts';
import { firstDifference } from './difference.ts';
import type { PayloadSizes } from './integrity.ts';
import { type JudgeFactory, recordedJudge } from './recorded-judge.ts';
import { walkEvidence } from './references.ts';
import { walkSubjects } from './scope-subjects.ts';

/**
 * Judges the recorded observations again and compares findings and assessment byte for byte.
 *
 * @returns how many subjects and findings there are
 * @throws AssayError ERR_VERIFY_VERDICT naming the first difference, ERR_VERIFY_FORMAT
 */
export function verifyJudgement(
  sealed: SealedFolder,
  bundle: Bundle,
  { judgeFactory, sizes }: { readonly judgeFactory: JudgeFactory; readonly sizes: PayloadSizes },
): { readonly subjects: number; readonly findings: number } {
  requireSameGround(sealed, bundle);
  const judge = recordedJudge(bundle, judgeFactory);
  const lines = recordedLines(sealed);
  const inScope = walkSubjects(bundle.readScope());
  const evidence = walkEvidence(sealed, sizes);
  const hash = createHash('sha256');
  let subjects = 0;
  let findings = 0;
  for (const record of bundle.subjects()) {
    inScope.follow(record);
    evidence.follow(record);
    for (const line of findingLines(judge, record)) {
      if (lines.next().value !== line) throw anotherVerdict(bundle, findings, JSON.parse(line) as Finding);
      hash.update(line);
      findings += 1;
    }
    subjects += 1;
  }
  inScope.finish();
  if (lines.next().done !== true) throw anotherVerdict(bundle, findings, undefined);
  evidence.finish();
  verifyAssessment(bundle, assessmentText(judge, hash.digest('hex'), controlSetOf(sealed.manifest)));
  return { subjects, findings };
}

/** The judgement must be by these semantics, and by the controls that the run names. */
function requireSameGround({ manifest }: SealedFolder, bundle: Bundle): void {
  const run = bundle.readRun();
  if (run.tool.semantics !== semanticsVersion)
    throw refusal(
      'FORMAT',
      `expected a judgement by semantics ${semanticsVersion}, got one by ${run.tool.semantics}: use assay ${printable(run.tool.version)}`,
    );
  const controlSet = controlSetOf(manifest);
  if (run.controlSetSha256 !== controlSet)
    throw refusal(
      'FORMAT',
      `expected control set ${controlSet} in ${paths.run}, got ${run.controlSetSha256}`,
    );
}

function recordedLines({ root, manifest }: SealedFolder): Iterator<string> {
  return readLines(root, paths.findings, manifest.get(paths.findings) ?? '');
}

/** @param index of the first line that differs; `expected` is undefined where there should be no more */
function anotherVerdict(bundle: Bundle, index: number, expected: Finding | undefined): AssayError {
  const got = findingAt(bundle, index);
  const { controlId, subjectId } = expected ?? (got as Finding);
  const says = (finding: Finding | undefined): string => finding?.reason ?? 'no finding';
  const place =
    says(expected) === says(got) ? ` with another ${firstDifference(expected, got).slice(1)}` : '';
  return refusal(
    'VERDICT',
    `expected ${printable(`${controlId} on ${subjectId}`)} to be ${says(expected)} as judged again, got ${says(got)}${printable(place)}`,
  );
}

function findingAt(bundle: Bundle, index: number): Finding | undefined {
  let position = 0;
  for (const finding of bundle.findings()) {
    if (position === index) return finding;
    position += 1;
  }
  return undefined;
}

function verifyAssessment(bundle: Bundle, expected: string): void {
  const got = bundle.readAssessment();
  if (stableJson(got) === expected) return;
  const pointer = firstDifference(JSON.parse(expected), got);
  throw refusal('VERDICT', `expected ${paths.assessment} as judged again, got another ${printable(pointer)}`);
}
