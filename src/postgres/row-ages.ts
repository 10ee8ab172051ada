import type { Ages } from '../data/facts/ages.ts';
import { columnPath, type DeclaredRetention } from '../model/index.ts';
import type { OwnedFunction } from './owned-function.ts';
import { quoteIdentifier } from './quoting.ts';
import { integerOf, type Row } from './row.ts';

/** Counts over the dates of one table. */
export function agesOf({ schema, table, column, maximumAgeDays }: DeclaredRetention): OwnedFunction {
  const dated = `t.${quoteIdentifier(column)}`;
  return {
    kind: 'ages',
    body: `select count(*)::int as rows, count(*) filter (where ${dated} is null)::int as undated,
  count(*) filter (where ${dated} < pg_catalog.now() - pg_catalog.make_interval(days => ${maximumAgeDays}))::int as older,
  pg_catalog.floor(extract(epoch from pg_catalog.now() - nullif(min(${dated}), '-infinity')) / 86400)::int as oldest_days
from ${quoteIdentifier(schema)}.${quoteIdentifier(table)} t`,
    returns: ['rows', 'undated', 'older', 'oldest_days'].map((name) => [name, 'int'] as const),
  };
}

/** @param rows absent: they could not be counted */
export function ageOf(declared: DeclaredRetention, rows: readonly Row[] | undefined): Ages[number] {
  const { maximumAgeDays } = declared;
  const item = { column: columnPath(declared), maximumAgeDays };
  if (rows === undefined) return item;
  const [row = {}] = rows;
  const older = integerOf(row, 'older');
  const undated = integerOf(row, 'undated');
  return {
    ...item,
    rows: integerOf(row, 'rows'),
    undated,
    ...(row['oldest_days'] === null ? {} : { oldestDays: integerOf(row, 'oldest_days') }),
    ...(older === 0 && undated > 0 ? {} : { older }),
  };
}
