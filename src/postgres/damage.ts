import type { Damage } from './facts/damage.ts';
import { everyMajor, type Query } from './query.ts';
import { integerOf, type Row, textOf } from './row.ts';

/** Failures are null where checksums are off; everyone may read every row. */
export const damageQuery: Query = {
  ...everyMajor,
  name: 'damage',
  text: `select coalesce(d.datname::text, '') as database,
  case when d.checksum_failures is not null then least(d.checksum_failures, 2147483647)::int end as checksum_failures,
  extract(epoch from pg_catalog.now() - d.checksum_last_failure)::int as age_seconds
from pg_catalog.pg_stat_database d order by 1`,
};

export const damageOf = (rows: readonly Row[]): Damage =>
  rows.map((row) => ({
    database: textOf(row, 'database'),
    ...(row['checksum_failures'] === null ? {} : { checksumFailures: integerOf(row, 'checksum_failures') }),
    ...(row['age_seconds'] === null ? {} : { ageSeconds: integerOf(row, 'age_seconds') }),
  }));
