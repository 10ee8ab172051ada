import type { Records } from '../data/facts/records.ts';
import { type ColumnName, columnPath, type DeclaredField } from '../model/index.ts';
import { gateOf, type OwnedFunction, textFrom } from './owned-function.ts';
import { quoteLiteral } from './quoting.ts';
import { integerOf, type Row } from './row.ts';

/** Of any script: what of it is no ASCII stands here, because whether `\s` has it goes by the locale of the server. */
export const blank = '[\\s\\u00a0\\u1680\\u180e\\u2000-\\u200f\\u2028-\\u202f\\u205f\\u2060\\u3000\\ufeff]';
const blankText = `"(?:${blank}|\\\\[bfnrt])*"`;
const noNumber = '[+-]?[Ii]nfinity|NaN|empty';
/** What arrays, ranges, rows and JSON are written with, beside values: names of JSON are none. */
const frame = `${blank}|[][{}(),]|null|NULL|${blankText}|"?(?:${noNumber})"?|"(?:[^"\\\\]|\\\\.)*"${blank}*:`;

/** Texts of values that say nothing: of arrays, ranges, JSON, bytes, numbers and dates too. */
const nothing = `^(?:${blank}*|${blank}*(?:null|\\\\x|${noNumber}|${blankText})${blank}*|${blank}*[[{(](?:${frame})*)$`;

/** Whether a text `x.v` says nothing; NULL where there is none. No pattern is matched under a collation of the table's own. */
export const saysNothing = `x.v collate pg_catalog."C" ~ ${quoteLiteral(nothing)}`;

/** Counts over one column: in how many rows it says nothing. */
export function blanksOf(column: ColumnName): OwnedFunction {
  return {
    kind: 'blanks',
    column,
    body: `with ${gateOf(column, 'blanks')}, looked as materialized (
  select x.v is null or ${saysNothing} as blank
  from (
    ${textFrom(column)} tablesample system (100) where exists (select from gate)
    offset 0
  ) x
)
select count(*)::int as rows, count(*) filter (where l.blank)::int as blank
from looked l
having exists (select from gate)`,
    returns: [
      ['rows', 'int'],
      ['blank', 'int'],
    ],
  };
}

/** @param rows absent: they could not be counted */
export function recordOf(declared: DeclaredField, rows: readonly Row[] | undefined): Records[number] {
  const { kind, field } = declared;
  const item = { column: columnPath(declared), kind, field };
  if (rows === undefined) return item;
  const [row = {}] = rows;
  const count = integerOf(row, 'rows');
  return { ...item, rows: count, ...(count === 0 ? {} : { blank: integerOf(row, 'blank') }) };
}
