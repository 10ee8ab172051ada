import { forms } from './forms.ts';

/** Not beside a digit or a letter. */
const apart = (pattern: string): string => `(?<![0-9A-Za-z])${pattern}(?![0-9A-Za-z])`;

const year = '(1[89]|20)[0-9]{2}';
const month = '(0?[1-9]|1[0-2])';
const day = '(0?[1-9]|[12][0-9]|3[01])';
const names = [
  'jan(uary)?',
  'feb(ruary)?',
  'mar(ch)?',
  'apr(il)?',
  'may',
  'june?',
  'july?',
  'aug(ust)?',
  'sept?(ember)?',
  'oct(ober)?',
  'nov(ember)?',
  'dec(ember)?',
].join('|');
const anyCase = (words: string): string =>
  words.replace(/[a-z]/g, (letter) => `[${letter.toUpperCase()}${letter}]`);
const monthName = `(${anyCase(names)})[.]?`;
const nth = `${day}(st|nd|rd|th)?`;

/** Beside a full date a month of a year is one too: all but the year is to be gone. */
const writtenDates = [
  `${year}[-/.]${month}[-/.]${day}(?![0-9])`,
  apart(`${month}[-/.]${day}[-/.]${year}`),
  apart(`${day}[-/.]${month}[-/.]${year}`),
  apart(`(${nth}[ -]?)?${monthName}[ ,-]{0,2}(${nth}[ ,]{1,2})?${year}`),
];

/** What could be a date, and could be a number or a word. */
const perhapsDates = [
  `(?<![0-9A-Za-z.-])${year}-(0[1-9]|1[0-2])(?![0-9-])`,
  '(?<![0-9./-])[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{2}(?![0-9./-])',
  apart(`${month}/${year}`),
  apart(`(${nth} ?${monthName}|${monthName} ?${nth})`),
];

const octet = '(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])';
const group = '[0-9A-Fa-f]{1,4}';
const states =
  'A[LKZR]|C[AOT]|D[CE]|FL|G[AU]|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|S[CD]|T[NX]|UT|V[AIT]|W[AIVY]';

const sameAs = (wanted: (typeof forms)[number]['form']): string =>
  forms.find(({ form }) => form === wanted)?.pattern ?? '';

interface IdentifierForm {
  readonly form: string;
  /** A regular expression that JavaScript and PostgreSQL read alike. */
  readonly pattern: string;
}

/** What values of a table without identifiers are counted by, beside years and card numbers. */
export const identifierForms = [
  { form: 'date', pattern: `(${writtenDates.join('|')})` },
  // Of date and timestamp, as JSON has them: any but the first moment of a year.
  { form: 'within-year', pattern: '^[0-9]{4,}-(?!01-01(T00:00:00(Z|[+-].*)?)?( BC)?$)' },
  { form: 'perhaps-date', pattern: `(${perhapsDates.join('|')})` },
  { form: 'eight-digits', pattern: `(?<![0-9A-Za-z.])${year}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])` },
  { form: 'year', pattern: `^${year}$` },
  { form: 'age-over', pattern: '^(9[1-9]([.][0-9]+)?|90[.][0-9]*[1-9][0-9]*|1[0-9]{2}([.][0-9]+)?)$' },
  {
    form: 'age-within',
    pattern:
      '^(([0-9]|[1-8][0-9])([.][0-9]+)?|90([.]0+)?|(>|>=|over) ?(89|90)|(89|90) ?([+]|[(]?(or|and) (over|older|above)[)]?)|[1-8]?[0-9] ?(-|to) ?[1-8]?[0-9])$',
  },
  { form: 'zip', pattern: '^[0-9]{4,5}([ -]?[0-9]{4})?$' },
  { form: 'three-digits', pattern: '^[0-9]{3}([xX*]{2})?$' },
  { form: 'state-and-zip', pattern: `, ?(${states})[ ,]{1,2}[0-9]{5}(?![0-9])` },
  {
    form: 'phone',
    pattern:
      '((?<![0-9A-Za-z.+-])([+]?1[ .-]?)?([(][2-9][0-9]{2}[)][ ]?|[2-9][0-9]{2}[ .-])[2-9][0-9]{2}[ .-][0-9]{4}(?![0-9A-Za-z-])|(?<![0-9A-Za-z])[+][1-9][0-9]{9,14}(?![0-9.])|(?<![0-9A-Za-z])[+][1-9][0-9]{0,2}[ (.-]{1,2}[0-9]([ ().-]{0,2}[0-9]){6,12})',
  },
  { form: 'ten-digits', pattern: '^1?[2-9][0-9]{2}[2-9][0-9]{6}$' },
  { form: 'ssn', pattern: sameAs('ssn') },
  { form: 'nine-digits', pattern: sameAs('nine-digits') },
  { form: 'email', pattern: sameAs('email') },
  { form: 'at-sign', pattern: '[^ @]@[^ @]' },
  {
    form: 'url',
    pattern: '([A-Za-z][A-Za-z0-9+.-]*://[^ /]|(?<![A-Za-z0-9])[Ww]{3}[.][A-Za-z0-9-]+[.][A-Za-z])',
  },
  {
    form: 'ip-address',
    pattern: `((?<![0-9A-Za-z.])(${octet}[.]){3}${octet}(?![0-9A-Za-z]|[.][0-9])|(?<![0-9A-Za-z:])((${group}:){7}${group}|(${group}:){1,6}(:${group}){1,6}|(${group}:){2,7}:|::(${group}:){1,6}${group})(?![0-9A-Za-z:]))`,
  },
  { form: 'device', pattern: apart('[0-9A-Fa-f]{2}([:-][0-9A-Fa-f]{2}){5}(?![:-])') },
  // Six bytes without signs, or in groups of two.
  {
    form: 'perhaps-device',
    pattern: '(^[0-9A-Fa-f]{12}$|(?<![0-9A-Za-z.])[0-9A-Fa-f]{4}([.:-][0-9A-Fa-f]{4}){2}(?![0-9A-Za-z.:-]))',
  },
  {
    // Nine digits and more, be they of a telephone, an account, a moment or nobody: no fraction of a lesser number, no UUID and no ISO date.
    form: 'long-number',
    pattern:
      '^(?!-?[0-9]{0,8}[.][0-9]+([eE][+-]?[0-9]+)?$|[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$)(.*[^0-9A-Za-z])?(?!(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2})[0-9]([ ()._/-]{0,3}[0-9]){8,}(?![0-9A-Wa-w])',
  },
] as const satisfies readonly IdentifierForm[];

/** `born-before`: years so far back that whoever was born in them is over ninety. */
export const identifierCounts = [
  'born-before',
  'digits',
  'card-numbers',
  ...identifierForms.map(({ form }) => form),
] as const;
export type IdentifierCount = (typeof identifierCounts)[number];
