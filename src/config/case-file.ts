import type { Situation } from '../engine/situation.ts';
import { isInstant } from './calendar.ts';
import { refusalOf } from './refusal.ts';
import { shapeCheck } from './schema-errors.ts';
import { casesSchema } from './schemas/cases-schema.ts';
import { parseYaml, type YamlSource } from './yaml.ts';

/** A case that fails, and the item keys that must be reported, exactly. */
export interface FailingCase extends Situation {
  readonly exceptions: readonly string[];
}

/** A case that cannot be judged, and the item keys that are unseen, where it says so. */
export interface UnseenCase extends Situation {
  readonly items?: readonly string[];
}

/** The cases of one control, by the verdict they must get. */
export interface ControlCases {
  readonly satisfied: readonly Situation[];
  readonly notSatisfied: readonly FailingCase[];
  readonly unseen: readonly UnseenCase[];
  readonly notApplicable: readonly Situation[];
}

/** Cases, and where each part of their file stands. */
export interface CaseFile {
  readonly cases: ControlCases;
  readonly at: YamlSource['at'];
  readonly keyAt: YamlSource['keyAt'];
}

type Raw<T extends Situation> = Omit<T, 'params' | 'incomplete'> & Partial<Pick<T, 'params' | 'incomplete'>>;

interface RawCases {
  readonly satisfied: readonly Raw<Situation>[];
  readonly 'not-satisfied': readonly Raw<FailingCase>[];
  readonly unseen: readonly Raw<UnseenCase>[];
  readonly 'not-applicable'?: readonly Raw<Situation>[];
}

const check = shapeCheck<RawCases>(casesSchema, 'ERR_CASES');
const verdicts = ['satisfied', 'not-satisfied', 'unseen', 'not-applicable'] as const;

const refusal = refusalOf('ERR_CASES');

function checkNamesAndTimes(raw: RawCases, source: YamlSource): void {
  const names = new Set<string>();
  for (const verdict of verdicts) {
    raw[verdict]?.forEach(({ name, at }, index) => {
      if (names.has(name))
        throw refusal(
          source.at([verdict, index, 'name']),
          `expected each name once, got "${name}" again`,
          'rename one',
        );
      names.add(name);
      if (at !== undefined && !isInstant(at))
        throw refusal(
          source.at([verdict, index, 'at']),
          `expected a time that exists, got "${at}"`,
          'correct the time',
        );
    });
  }
}

function withDefaults<T extends Situation>(raw: Raw<T>): Raw<T> & Pick<Situation, 'params' | 'incomplete'> {
  return { ...raw, params: raw.params ?? {}, incomplete: raw.incomplete ?? {} };
}

/**
 * Reads the cases of a control: situations with the verdict each must get.
 *
 * @throws AssayError ERR_YAML or ERR_CASES: `file:line:column expected …, got …`
 */
export function parseCases(file: string, text: string): CaseFile {
  const source = parseYaml(file, text);
  const raw = check(source);
  checkNamesAndTimes(raw, source);
  const cases: ControlCases = {
    satisfied: raw.satisfied.map(withDefaults),
    notSatisfied: raw['not-satisfied'].map((each) => ({
      ...withDefaults(each),
      exceptions: each.exceptions,
    })),
    unseen: raw.unseen.map((each) => withDefaults<UnseenCase>(each)),
    notApplicable: (raw['not-applicable'] ?? []).map(withDefaults),
  };
  return { cases, at: source.at, keyAt: source.keyAt };
}
