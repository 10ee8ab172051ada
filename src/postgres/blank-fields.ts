import type { Records } from '../data/facts/records.ts';
import { type ColumnName, columnPath, type DeclaredField } from '../model/index.ts';
import { gateOf, type OwnedFunction, textFrom } from './owned-function.ts';
import { quoteLiteral } from './quoting.ts';
import { integerOf, type Row } from './row.ts';

/** Texts of values that say nothing: of arrays, JSON, bytes and dates too. */
const nothing = ['', '{}', '[]', '""', 'null', '\\x', 'infinity', '-infinity'];

/** Whether a text `x.v` says nothing; NULL where there is none. */
export const saysNothing = `pg_catalog.btrim(x.v, E' \\t\\n\\x0b\\f\\r') in (${nothing.map(quoteLiteral).join(', ')})`;

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
