import type { Canaries } from '../data/facts/canaries.ts';
import { cardNumbersIn } from '../data/verdict.ts';
import { type ColumnName, columnPath, type TestCorrection, type TestDigest } from '../model/index.ts';
import { readingOf } from './column-sample.ts';
import { integerOf, type Row } from './row.ts';
import { foundIn, type Trace } from './test-records.ts';

/** What a function answered, or why it did not. */
type Answer = { readonly rows: readonly Row[] } | { readonly why: string };

/** One item of a list of the fact, and why not all is known of it. */
export interface Finding<T> {
  readonly item: T;
  readonly why?: string;
}

type Item<L extends keyof Canaries> = Canaries[L][number];

interface Found {
  readonly list: Trace['sought'][number]['list'];
  readonly whose: string;
  readonly column: string;
  readonly marks: readonly string[];
  readonly rows?: number;
  readonly why?: string;
}

/** What was looked for in one column, and in how many rows it was. */
export function foundBy({ column, sought }: Trace, answer: Answer): readonly Found[] {
  return sought.map(({ list, whose, marks }, index) => {
    const place = { list, whose, column: columnPath(column), marks };
    if ('why' in answer) return { ...place, why: answer.why };
    const [row = {}] = answer.rows;
    return { ...place, rows: integerOf(row, foundIn(index)) };
  });
}

export const erasedOf = (found: readonly Found[]): readonly Finding<Item<'erased'>>[] =>
  of('erased', found).map(({ whose, column, ...rest }) => split({ person: whose, column }, rest));

export const formerOf = (found: readonly Found[]): readonly Finding<Item<'former'>>[] =>
  of('former', found).map(({ whose, column, ...rest }) => split({ corrected: whose, column }, rest));

const of = (list: Found['list'], found: readonly Found[]): readonly Found[] =>
  found.filter((each) => each.list === list);

function split<T>(
  item: T,
  { rows, why }: Pick<Found, 'rows' | 'why'>,
): Finding<T & { readonly rows?: number }> {
  return {
    item: { ...item, ...(rows === undefined ? {} : { rows }) },
    ...(why === undefined ? {} : { why }),
  };
}

/**
 * Each column that holds a value of the person, or may, against what was handed over.
 *
 * @param handedOver the marks in the export
 */
export function exportedOf(
  person: string,
  found: readonly Found[],
  handedOver: HandedOver,
): readonly Finding<Item<'exported'>>[] {
  const own = of('exported', found).filter(({ whose }) => whose === person);
  return [...new Set(own.map(({ column }) => column))].flatMap((column) => {
    const there = own.filter((each) => each.column === column);
    return heldIn({ person, column }, there, handedOver) ?? [];
  });
}

type HandedOver = { readonly marks: ReadonlySet<string> } | { readonly why: string };

/** Undefined: the column holds none of the values. */
function heldIn(
  item: Item<'exported'>,
  there: readonly Found[],
  handedOver: HandedOver,
): Finding<Item<'exported'>> | undefined {
  const why = there.find((each) => each.why !== undefined)?.why;
  if (why !== undefined) return { item, why };
  const held = there.filter(({ rows = 0 }) => rows > 0);
  const values = held.length;
  if (values === 0) return undefined;
  if ('why' in handedOver) return { item: { ...item, values }, why: handedOver.why };
  const left = held.filter(({ marks }) => !marks.some((mark) => handedOver.marks.has(mark))).length;
  return { item: { ...item, values, left } };
}

/** @param answer of the function that samples the column */
export function cardOf(card: ColumnName, found: readonly Found[], answer: Answer): Finding<Item<'cards'>> {
  const column = columnPath(card);
  const there = of('cards', found).find((each) => each.column === column);
  const item = { column, ...(there?.rows === undefined ? {} : { rows: there.rows }) };
  if (there?.rows === undefined) return { item, why: there?.why ?? 'it was not looked for' };
  if (there.rows === 0) return { item, why: 'the planted card number is not in it' };
  if ('why' in answer) return { item, why: answer.why };
  return { item: { ...item, found: cardNumbersIn(readingOf(answer.rows)) === 'found' } };
}

export function derivableOf(record: TestDigest, answer: Answer): Finding<Item<'digests'>> {
  const { of: subject, derivations } = record;
  const tried = [...new Set(derivations.map(({ by }) => by))];
  const item = { column: columnPath(record), of: subject, tried };
  const row = oneRow(answer);
  if ('why' in row) return { item, why: row.why };
  const by = derivations[candidateIn(row.one) - 1]?.by;
  if (by !== undefined) return { item: { ...item, derivable: true, by } };
  const why = whyNotCompared(subject, row.one);
  return why === undefined ? { item: { ...item, derivable: false } } : { item, why };
}

function whyNotCompared(of: TestDigest['of'], row: Row): string | undefined {
  if (integerOf(row, 'filled') === 0) return 'the row has no value there';
  if (integerOf(row, 'salted') > 0)
    return 'the value begins as a password hash does, which has a salt and no key: digests do not compare with it';
  return of === 'card' && integerOf(row, 'bytes') === 0
    ? 'the value is not written as digests are: as bytes, in hex or in Base64'
    : undefined;
}

const corrected = 1;
const former = 2;

export function standsOf(record: TestCorrection, answer: Answer): Finding<Item<'corrected'>> {
  const item = { column: columnPath(record) };
  const row = oneRow(answer);
  if ('why' in row) return { item, why: row.why };
  if (integerOf(row.one, 'filled') === 0) return { item: { ...item, stands: false } };
  const candidate = candidateIn(row.one);
  if (candidate === corrected || candidate === former)
    return { item: { ...item, stands: candidate === corrected } };
  return { item, why: 'neither the corrected nor the former value stands there' };
}

function oneRow(answer: Answer): { readonly one: Row } | { readonly why: string } {
  if ('why' in answer) return answer;
  const [one = {}] = answer.rows;
  const rows = integerOf(one, 'rows');
  return rows === 1 ? { one } : { why: `${rows} rows have the key, and one was to have it` };
}

const candidateIn = (row: Row): number => (row['candidate'] === null ? 0 : integerOf(row, 'candidate'));
