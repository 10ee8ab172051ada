import { isCardNumber } from '../data/card-numbers.ts';
import { derivationsOf } from '../data/derivations.ts';
import { markOf, textMark } from '../data/marks.ts';
import { type ColumnName, columnPath, type TestDigest, type TestRecords } from '../model/index.ts';
import { columnNameOf, once, singleNameOf } from './column-name.ts';
import { refusalOf } from './refusal.ts';

interface RawRow {
  readonly column: string;
  readonly key: string;
  readonly id: string;
}

/** `data: test-records:` of a target. */
export interface RawTestRecords {
  readonly cards?: readonly { readonly column: string; readonly number: string }[];
  readonly digests?: readonly (RawRow & {
    readonly of: TestDigest['of'];
    readonly values: readonly string[];
  })[];
  readonly corrected?: readonly (RawRow & { readonly value: string; readonly former: string })[];
  readonly erased?: readonly RawPerson[];
  readonly exported?: readonly (RawPerson & { readonly file: string })[];
}

interface RawPerson {
  readonly person: string;
  readonly values: readonly string[];
}

/** Where something stands, by its steps below `test-records`. */
type Place = (...steps: readonly (string | number)[]) => string;

const refusal = refusalOf('ERR_CONFIG');

/** Reduces the values to marks: nothing behind the configuration has them. */
export function testRecordsOf(raw: RawTestRecords, place: Place): TestRecords {
  const { cards = [], digests = [], corrected = [], erased = [], exported = [] } = raw;
  return {
    cards: listed('cards', cards, place, ({ column, number }, at) => ({
      ...columnNameOf(column, at('column')),
      mark: textMark(cardOf(number, at('number'))),
    })),
    digests: listed('digests', digests, place, (each, at) => ({
      ...rowOf(each, at),
      of: each.of,
      derivations: derivationsOf(each.values),
    })),
    corrected: listed('corrected', corrected, place, (each, at) => ({
      ...rowOf(each, at),
      ...correctionOf(each, at('former')),
    })),
    erased: people(erased.map(goneOf), (index) => place('erased', index)),
    exported: people(
      exported.map((each) => ({ ...personOf(each), file: each.file })),
      (index) => place('exported', index),
    ),
  };
}

const personOf = ({ person, values }: RawPerson) => ({ person, marks: values.map(textMark) });

/** Marks fold A to Z alone: of other letters what applications make of them, in either way that Unicode writes accents. */
const writingsOf = (value: string): readonly string[] =>
  [value, value.toUpperCase(), value.toLowerCase()].flatMap((text) => [
    text.normalize('NFC'),
    text.normalize('NFD'),
    text,
  ]);

const goneOf = ({ person, values }: RawPerson) => ({
  person,
  marks: [...new Set(values.flatMap(writingsOf).map(textMark))],
});

const people = <T extends { readonly person: string }>(
  entries: readonly T[],
  place: (index: number) => string,
) => once(entries, ({ person }) => person, place, 'each person');

function listed<R, T extends ColumnName>(
  name: string,
  raw: readonly R[],
  place: Place,
  read: (each: R, at: (key: string) => string) => T,
): readonly T[] {
  const entries = raw.map((each, index) => read(each, (key) => place(name, index, key)));
  return once(entries, columnPath, (index) => place(name, index), 'each column');
}

function rowOf({ column, key, id }: RawRow, at: (key: string) => string) {
  return {
    ...columnNameOf(column, at('column')),
    key: singleNameOf(key, at('key')),
    keyMark: markOf('key', id),
  };
}

function cardOf(number: string, place: string): string {
  if (isCardNumber(number)) return number;
  throw refusal(
    place,
    'expected a card number of a brand, whose last digit is right, got something else',
    'plant a number that the brand publishes for tests, and write it here as it stands in the column',
  );
}

function correctionOf({ value, former }: { readonly value: string; readonly former: string }, place: string) {
  const marks = { mark: textMark(value), formerMark: textMark(former) };
  if (marks.mark !== marks.formerMark) return marks;
  throw refusal(
    place,
    'expected another value than the corrected one, got the same',
    'case and blanks at the ends tell no two apart',
  );
}
