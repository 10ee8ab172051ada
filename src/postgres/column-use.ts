import type { Purposes } from '../data/facts/purposes.ts';
import { type ColumnName, columnPath, type DeclaredColumn } from '../model/index.ts';
import { saysNothing } from './blank-fields.ts';
import { gateOf, type OwnedFunction, textFrom } from './owned-function.ts';
import { booleanOf, type Row } from './row.ts';

/** Whether any row of a column says something: the search ends at the first that does. */
export function useOf(column: ColumnName): OwnedFunction {
  const rows = `${textFrom(column)} tablesample system (100) where exists (select from gate) offset 0`;
  return {
    kind: 'use',
    column,
    body: `with ${gateOf(column, 'use')}
select exists (select from (${rows}) x) as rows, exists (select from (${rows}) x where not ${saysNothing}) as filled
from gate`,
    returns: [
      ['rows', 'boolean'],
      ['filled', 'boolean'],
    ],
  };
}

/** @param rows absent: nobody could look */
export function purposeOf(declared: DeclaredColumn, rows: readonly Row[] | undefined): Purposes[number] {
  const { purpose, class: dataClass } = declared;
  const item = {
    column: columnPath(declared),
    class: dataClass,
    ...(purpose === undefined ? {} : { purpose }),
  };
  const [row] = rows ?? [];
  return row === undefined || !booleanOf(row, 'rows') ? item : { ...item, filled: booleanOf(row, 'filled') };
}
