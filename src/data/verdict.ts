import type { DataClass, Protection } from '../model/index.ts';
import type { CountName } from './forms.ts';

/** What the values of a column that were read look like, by counts alone. */
export interface Reading {
  /** Rows read. */
  readonly rows: number;
  /** Of them those with a value. */
  readonly values: number;
  /** Values of which only the beginning was read. */
  readonly longer: number;
  /** Every row there is was read. */
  readonly whole: boolean;
  readonly counts: Readonly<Record<CountName, number>>;
}

export const verdicts = ['clear', 'encrypted', 'hashed', 'token', 'truncated', 'empty', 'unknown'] as const;
export type Verdict = (typeof verdicts)[number];

/** `doubt`: something is there that could be it, and could be something else. */
export type Presence = 'found' | 'doubt' | 'none';

const most = (part: number, all: number): boolean => part > 0 && part * 2 >= all;
const presence = (found: boolean, doubt = false): Presence => (found ? 'found' : doubt ? 'doubt' : 'none');

/** Values in which a number could be written as no pattern has it, or of which rounding has left none to be seen. */
const rich = ({ counts }: Reading): boolean => counts.digits + counts['digit-rich'] > 0;

/**
 * Of random digits a tenth passes Luhn's test, and of those that pass it a quarter or so lies in some brand's range: card
 * numbers are taken for found where they are half of all numbers of that length.
 */
export const cardNumbersIn = (reading: Reading): Presence =>
  presence(most(reading.counts['card-numbers'], reading.counts.digits), rich(reading));

/** The same of what is left beside numbers that are published for tests. */
export const otherCardNumbersIn = ({ counts }: Reading): Presence =>
  presence(
    most(counts['other-card-numbers'], counts.digits - counts['test-card-numbers']),
    counts['other-digit-rich'] > 0,
  );

export const trackDataIn = (reading: Reading): Presence => presence(reading.counts.track > 0, rich(reading));

/** What could be a code or a PIN under some encryption: it may not be kept so either. */
const hidden = ({ counts }: Reading): boolean =>
  counts['envelope-text'] + counts['signed-token'] + counts['bytes'] > 0;

export const verificationCodesIn = (reading: Reading): Presence =>
  presence(reading.counts['three-or-four-digits'] > 0, hidden(reading));

export const pinsIn = (reading: Reading): Presence =>
  presence(reading.counts.pin + reading.counts['pin-block'] > 0, hidden(reading));

/**
 * Is what the class names readable there?
 *
 * @param isEarly it is declared to be kept until authorisation, where an enciphered PIN block is no plaintext
 */
function plaintextIn(dataClass: DataClass, reading: Reading, isEarly: boolean): Presence {
  const { counts, values } = reading;
  switch (dataClass) {
    case 'pan':
      return cardNumbersIn(reading);
    case 'track':
      return trackDataIn(reading);
    case 'cvv':
      return verificationCodesIn(reading);
    case 'pin':
      return isEarly ? presence(counts.pin > 0) : pinsIn(reading);
    case 'ssn':
      return presence(counts.ssn > 0 || most(counts['nine-digits'], values), counts['nine-digits'] > 0);
    case 'email':
      return presence(counts.email > 0);
    case 'phone':
      return presence(most(counts.phone, values), counts.phone > 0);
    case 'birth-date':
      return presence(counts.date > 0);
    case 'phi':
      return presence(most(counts.words + counts.date, values), counts.words + counts.date > 0);
    case 'secret':
      return presence(counts['private-key'] + counts['signed-token'] > 0);
  }
}

/** The form that every value has, of those that hide it. */
function formOf({ counts, values, longer }: Reading): Verdict {
  const every = (count: number): boolean => count === values;
  if (every(counts['envelope-bytes'] + counts['envelope-text'])) return 'encrypted';
  // How ciphertext begins tells the rest of it; every other form is about a value from end to end.
  if (longer > 0) return 'unknown';
  if (every(counts.digest + counts['password-hash'])) return 'hashed';
  if (every(counts.uuid)) return 'token';
  return counts.masked > 0 && every(counts.masked + counts['last-four']) ? 'truncated' : 'unknown';
}

/** What was read of a column looks like. */
export function verdictOf(dataClass: DataClass, reading: Reading, isEarly = false): Verdict {
  if (reading.values === 0) return reading.rows > 0 || reading.whole ? 'empty' : 'unknown';
  if (plaintextIn(dataClass, reading, isEarly) === 'found') return 'clear';
  return formOf(reading);
}

const declaredAs: Readonly<Record<Protection, readonly Verdict[]>> = {
  encrypted: ['encrypted'],
  hashed: ['encrypted', 'hashed'],
  tokenised: ['encrypted', 'hashed', 'token'],
  truncated: ['encrypted', 'truncated'],
};

/**
 * What is proved of the whole column: that it holds plaintext, from any part of it; that it does not, from all of it
 * and only by a form that cannot be mistaken or that was declared. Undefined: neither.
 */
export function stateOf(
  verdict: Verdict,
  { whole }: Reading,
  protection: Protection | undefined,
): Exclude<Verdict, 'unknown'> | undefined {
  if (verdict === 'clear') return verdict;
  if (verdict === 'unknown' || !whole) return undefined;
  const expected: readonly Verdict[] = protection === undefined ? ['encrypted'] : declaredAs[protection];
  return verdict === 'empty' || expected.includes(verdict) ? verdict : undefined;
}

/** True from any part of a column, false only from every value of it, from end to end. */
export function proved(presence: Presence, { whole, longer }: Reading): boolean | undefined {
  if (presence === 'found') return true;
  return presence === 'none' && whole && longer === 0 ? false : undefined;
}

/** Do truncated numbers keep no more digits than may stay? */
export function truncationOf(reading: Reading): 'within' | 'beyond' | undefined {
  const { counts, values, whole, longer } = reading;
  if (counts['masked-beyond'] > 0 || cardNumbersIn(reading) === 'found') return 'beyond';
  return whole && longer === 0 && counts.masked + counts['last-four'] === values ? 'within' : undefined;
}
