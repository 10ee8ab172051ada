import type { Bundle } from '../bundle/reader.ts';
import type { Judge, JudgeInput } from '../model/index.ts';
import { judgeInputOf } from './judge-input.ts';
import { orRefused } from './refused.ts';

/** Makes the judge of a bundle's own controls, parameters and schemas. */
export type JudgeFactory = (input: JudgeInput) => Judge;

const judgeable = 'observations that can be judged by the recorded controls';

/** A judge of all that a bundle records. It, and making it, throw `AssayError` ERR_VERIFY_… and nothing else. */
export function recordedJudge(bundle: Bundle, judgeFactory: JudgeFactory): Judge {
  const judge = orRefused('controls that can be judged by', () => judgeFactory(judgeInputOf(bundle)));
  return {
    subject: (record) => orRefused(judgeable, () => judge.subject(record)),
    finish: () => orRefused(judgeable, () => judge.finish()),
  };
}
