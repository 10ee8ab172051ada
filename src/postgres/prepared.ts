import type { Prepared } from './facts/prepared.ts';
import { everyMajor, type Query } from './query.ts';
import { integerOf, type Row, textOf } from './row.ts';

/** Everyone may read every row; the names that coordinators give stay there. */
export const preparedQuery: Query = {
  ...everyMajor,
  name: 'prepared',
  text: `select x.database::text as database, x.owner::text as owner, count(*)::int as transactions,
  max(extract(epoch from pg_catalog.now() - x.prepared))::int as oldest_seconds
from pg_catalog.pg_prepared_xacts x group by 1, 2 order by 1, 2`,
};

export const preparedOf = (rows: readonly Row[]): Prepared =>
  rows.map((row) => ({
    database: textOf(row, 'database'),
    owner: textOf(row, 'owner'),
    transactions: integerOf(row, 'transactions'),
    oldestSeconds: integerOf(row, 'oldest_seconds'),
  }));
