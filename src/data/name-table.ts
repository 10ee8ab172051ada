import type { DataClass } from '../model/index.ts';

interface Suggestion {
  readonly detector: string;
  readonly class: DataClass;
  /** Words between underscores, of a name that is in lower case: a regular expression that PostgreSQL reads too. */
  readonly words: string;
}

/** What names, comments and types of columns are searched for. */
export const suggestions = [
  {
    detector: 'pan',
    class: 'pan',
    words:
      'pans?|primary_account_(number|no)|(credit|debit|payment|bank)?_?card_?(number|numbers|num|no|nr)|cc_?(number|num|no|nr)|credit_?cards?',
  },
  {
    detector: 'cvv',
    class: 'cvv',
    words: 'cvv2?|cvc2?|cav2?|csc|card_?(verification|security)_?(code|value|number)s?',
  },
  {
    detector: 'track',
    class: 'track',
    words: 'track_?(1|2|one|two|data)|mag_?stripe(_data)?|magnetic_stripes?',
  },
  { detector: 'pin', class: 'pin', words: 'pins?|pin_?(block|code|number|hash)s?' },
  { detector: 'ssn', class: 'ssn', words: 'ssns?|social_?security(_?(number|num|no))?|tax_?payer_id|itin' },
  { detector: 'email', class: 'email', words: 'e_?mails?|e_?mail_?address(es)?' },
  {
    detector: 'phone',
    class: 'phone',
    words:
      '(tele)?phones?|(tele)?phone_?(number|num|no)|mobile(_?(number|num|no|phone))?|cell_?phone|fax(_?(number|no))?',
  },
  {
    detector: 'birth-date',
    class: 'birth-date',
    words: 'dob|birth_?(date|day)|date_?of_?birth',
  },
  {
    detector: 'diagnosis',
    class: 'phi',
    words:
      'diagnos(is|es)|diagnostic_codes?|icd_?(9|10|11)?(_?codes?)?|medical_?(history|condition|record)s?(_?(number|no))?|mrn|prescriptions?|allerg(y|ies)',
  },
  { detector: 'password', class: 'secret', words: 'passwords?|passwd|pass_?phrase|pwd' },
  {
    detector: 'token',
    class: 'secret',
    words: 'tokens?|jwt|bearer',
  },
  {
    detector: 'key',
    class: 'secret',
    words:
      '(private|secret|api|access|encryption|signing|shared|master|session)_?keys?|client_?secrets?|secrets?|credentials?',
  },
] as const satisfies readonly Suggestion[];

export type Detector = (typeof suggestions)[number]['detector'];

export const detectors: readonly Detector[] = suggestions.map(({ detector }) => detector);

/** The class of data that a detector stands for. */
export const classOf: Readonly<Record<Detector, DataClass>> = Object.fromEntries(
  suggestions.map((each) => [each.detector, each.class]),
) as Record<Detector, DataClass>;

/** Between underscores, one or more of the words. */
export const patternOf = (words: string): string => `_(${words})_`;
