import type { Deidentification } from '../model/index.ts';
import type { IdentifierCount } from './identifier-forms.ts';
import { patternOf, suggestions } from './name-table.ts';

/** What of 45 CFR 164.514(b)(2)(i) and (e)(2) has a form of its own, or a column named so. */
export const identifiers = [
  'date',
  'age',
  'zip',
  'phone',
  'email',
  'ssn',
  'url',
  'ip-address',
  'device',
  'card-number',
] as const;
export type Identifier = (typeof identifiers)[number];

/** A limited data set may keep dates, ages, towns, states and ZIP codes. */
const kept: Readonly<Record<Deidentification, readonly Identifier[]>> = {
  'safe-harbour': [],
  'limited-data-set': ['date', 'age', 'zip'],
};

/** All values of one column. */
export interface IdentifierReading {
  readonly column: string;
  /** As format_type writes it. */
  readonly type: string;
  /** It holds bytes, by itself, by its domain or in an array. */
  readonly isBytes: boolean;
  readonly rows: number;
  readonly values: number;
  /** Values of which only the beginning was looked at. */
  readonly longer: number;
  readonly counts: Readonly<Record<IdentifierCount, number>>;
}

export interface Identified {
  readonly found: readonly Identifier[];
  /** Why none is proved where none was found; absent: none is there. */
  readonly doubt?: string;
}

const wordsOf = (...wanted: readonly string[]): string =>
  suggestions
    .filter(({ detector }) => wanted.includes(detector))
    .map(({ words }) => words)
    .join('|');

const birth = `${wordsOf('birth-date')}|born|yob|birth_?year|year_?of_?birth`;

/** What names of columns say, the more special first. */
const named = {
  phone: wordsOf('phone'),
  email: wordsOf('email'),
  ssn: wordsOf('ssn'),
  url: 'urls?|uri|web_?site|home_?page',
  'ip-address': 'ip|ip_?v[46]|ip_?addr(ess)?',
  device: 'mac_?addr(ess)?',
  'card-number': wordsOf('pan'),
  zip: 'zips?|zip_?[0-9]|zip_?codes?|postal_?codes?|post_?codes?',
  age: 'ages?',
  date: `dates?|${birth}`,
} as const satisfies Readonly<Record<Identifier, string>>;

/** Names of what has no form of its own. */
const formless: Readonly<Record<Deidentification, string>> = {
  'limited-data-set':
    '(first|last|given|family|full|middle|maiden|patient|person|member|subscriber)_?names?|surnames?|forenames?|(street|postal|home|mailing)_?address(es)?|address(es)?|streets?|mrn|medical_?record_?(number|no|num)|(member|beneficiary|subscriber|policy|account|licen[cs]e|certificate|serial|vehicle|plate)_?(number|no|num|id)|vin|fingerprints?|voice_?prints?|photos?|photographs?',
  'safe-harbour':
    '(place|zip)?_?city|cities|towns?|count(y|ies)|precincts?|parish|latitude|longitude|lat|lon|geo_?code',
};

/** `_card_number_` of `cardNumber`, `Card-Number` and `card number`. */
const inWords = (name: string): string =>
  `_${name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .toLowerCase()}_`;

const isNamed = (column: string, words: string): boolean =>
  new RegExp(patternOf(words)).test(inWords(column));

const most = (part: number, all: number): boolean => part > 0 && part * 2 >= all;

/** Which identifiers that may not stay are in a column, and why none is proved where none is found. */
export function identifiersIn(reading: IdentifierReading, method: Deidentification): Identified {
  if (reading.values === 0) return { found: [] };
  const looked = identifiers.filter((each) => !kept[method].includes(each));
  const found = looked.filter((each) => isIn[each](reading, isNamed(reading.column, named[each])));
  const doubt = found.length > 0 ? undefined : doubtOf(reading, looked, method);
  return { found, ...(doubt === undefined ? {} : { doubt }) };
}

const isOfType = ({ type }: IdentifierReading, ...types: readonly string[]): boolean =>
  types.some((each) => type === each || type.startsWith(`${each} `));

const isDated = (reading: IdentifierReading): boolean => isOfType(reading, 'date', 'timestamp');

/** `isSaid`: the name of the column suggests it. */
const isIn: Readonly<Record<Identifier, (reading: IdentifierReading, isSaid: boolean) => boolean>> = {
  date: (reading, isSaid) =>
    isDated(reading)
      ? reading.counts['within-year'] > 0
      : reading.counts.date > 0 ||
        (isSaid && most(reading.counts['perhaps-date'] + reading.counts['eight-digits'], reading.values)),
  age: ({ column, counts }) =>
    (isAge(column) && counts['age-over'] > 0) || (isNamed(column, birth) && counts['born-before'] > 0),
  zip: ({ counts }, isSaid) => counts['state-and-zip'] > 0 || (isSaid && counts.zip > 0),
  phone: ({ counts, values }, isSaid) => counts.phone > 0 || (isSaid && most(counts['ten-digits'], values)),
  email: ({ counts }) => counts.email > 0,
  ssn: ({ counts, values }, isSaid) => counts.ssn > 0 || (isSaid && most(counts['nine-digits'], values)),
  url: ({ counts }) => counts.url > 0,
  'ip-address': (reading, isSaid) =>
    isOfType(reading, 'inet', 'cidr') ||
    (isSaid && reading.counts['ip-address'] > 0) ||
    most(reading.counts['ip-address'], reading.values),
  device: (reading) => isOfType(reading, 'macaddr', 'macaddr8') || reading.counts.device > 0,
  'card-number': ({ counts }) => most(counts['card-numbers'], counts.digits),
};

/** In years, and not in months or days. */
const isAge = (column: string): boolean =>
  isNamed(column, named.age) && !isNamed(column, 'months?|mos?|weeks?|days?|hours?');

function doubtOf(
  reading: IdentifierReading,
  looked: readonly Identifier[],
  method: Deidentification,
): string | undefined {
  const { column, counts, values, longer } = reading;
  if (reading.isBytes) return 'its bytes are not looked into';
  if (longer > 0) return `of ${longer} of its values only the beginning was looked at, because they are long`;
  const suggested = looked.find((each) => isNamed(column, named[each]) && !isClean(each, reading));
  if (suggested !== undefined)
    return `its name suggests ${suggested}, and not all of its ${values} values have a form in which that may stay`;
  const formlessHere = Object.entries(formless).filter(
    ([each]) => each === 'limited-data-set' || each === method,
  );
  if (formlessHere.some(([, words]) => isNamed(column, words)))
    return 'its name suggests an identifier that has no form of its own';
  const isLooked = looked.includes('date') && !isDated(reading);
  const open = doubtful.find(
    ({ form, share, date }) => counts[form] > 0 && counts[form] * share >= values && (isLooked || !date),
  )?.form;
  return open === undefined ? undefined : `${counts[open]} of its ${values} values could be one: ${open}`;
}

/** What of such a column may stay. */
function isClean(identifier: Identifier, reading: IdentifierReading): boolean {
  const { column, counts, values } = reading;
  switch (identifier) {
    case 'date':
      return isDated(reading) || counts.year === values;
    case 'age':
      return isAge(column) && counts['age-within'] === values;
    case 'zip':
      return counts['three-digits'] === values;
    default:
      return false;
  }
}

/** Of numbers of eight digits one in a thousand could be a date: fewer than one in a hundred says nothing. */
const ofAHundred = 100;

/** Forms of what could be an identifier, and could be something else; `share`: from one in so many values on. */
const doubtful: readonly {
  readonly form: IdentifierCount;
  readonly share: number;
  readonly date: boolean;
}[] = [
  { form: 'perhaps-date', share: Number.POSITIVE_INFINITY, date: true },
  { form: 'eight-digits', share: ofAHundred, date: true },
  { form: 'at-sign', share: Number.POSITIVE_INFINITY, date: false },
  { form: 'ip-address', share: Number.POSITIVE_INFINITY, date: false },
  { form: 'perhaps-device', share: Number.POSITIVE_INFINITY, date: false },
  { form: 'long-number', share: Number.POSITIVE_INFINITY, date: false },
];
