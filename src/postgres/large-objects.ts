import type { LargeObjects } from './facts/large-objects.ts';
import { everyMajor, type Query } from './query.ts';
import { integerOf, type Row } from './row.ts';

/** In each database; more than an int4 holds is told as the most that it holds. */
export const largeObjectsQuery: Query = {
  ...everyMajor,
  name: 'large-objects',
  text: `select least(count(*), 2147483647)::int as total, least(count(*) filter (where exists (
  select 1 from pg_catalog.aclexplode(m.lomacl) a where a.grantee = 0)), 2147483647)::int as public
from pg_catalog.pg_largeobject_metadata m`,
};

export const largeObjectsOf = (rows: readonly Row[], database: string): LargeObjects =>
  rows.map((row) => ({ database, total: integerOf(row, 'total'), public: integerOf(row, 'public') }));
