import type { Ages } from '../data/facts/ages.ts';
import { columnPath, type DeclaredRetention } from '../model/index.ts';
import { gateOf, type OwnedFunction, textFrom } from './owned-function.ts';
import { integerOf, type Row } from './row.ts';

/** Counts over the dates of one table. */
export function agesOf(declared: DeclaredRetention): OwnedFunction {
  return {
    kind: 'ages',
    column: declared,
    body: `with ${gateOf(declared, 'ages')}, dated as materialized (
  select x.v::pg_catalog.timestamptz as at from (
    ${textFrom(declared)} tablesample system (100) where exists (select from gate)
    offset 0
  ) x
)
select count(*)::int as rows, count(*) filter (where d.at is null)::int as undated,
  count(*) filter (where d.at < pg_catalog.now() - pg_catalog.make_interval(days => ${declared.maximumAgeDays}))::int as older,
  pg_catalog.floor(extract(epoch from pg_catalog.now() - nullif(min(d.at), '-infinity')) / 86400)::int as oldest_days
from dated d
having exists (select from gate)`,
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
