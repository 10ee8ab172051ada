import type { Load } from './facts/load.ts';
import { everyMajor, type Query } from './query.ts';
import { integerOf, type Row, textOf } from './row.ts';

/** Without pg_read_all_stats neither kinds nor transactions of others' sessions are shown. */
export const loadQuery: Query = {
  ...everyMajor,
  name: 'load',
  text: `select pg_catalog.current_setting('max_connections')::int as maximum_connections,
  pg_catalog.current_setting('superuser_reserved_connections')::int
    + coalesce(pg_catalog.current_setting('reserved_connections', true), '0')::int as reserved_connections,
  case when not a.hidden then a.clients end as used_connections,
  case when not a.hidden then a.oldest_seconds end as oldest_transaction_seconds,
  pg_catalog.current_setting('autovacuum_freeze_max_age')::int as freeze_maximum_age
from (select (count(*) filter (where c.backend_type = 'client backend'))::int as clients,
    coalesce(bool_or(c.backend_type is null and c.usesysid is not null), false) as hidden,
    coalesce(max(extract(epoch from pg_catalog.clock_timestamp() - c.xact_start))
      filter (where c.backend_type = 'client backend' and c.pid <> pg_catalog.pg_backend_pid()), 0)::int as oldest_seconds
  from pg_catalog.pg_stat_activity c) a`,
};

export const transactionAgesQuery: Query = {
  ...everyMajor,
  name: 'transaction-ages',
  text: `select d.datname::text as database, pg_catalog.age(d.datfrozenxid)::int as transaction_age,
  pg_catalog.mxid_age(d.datminmxid)::int as multixact_age
from pg_catalog.pg_database d order by d.datname`,
};

export function loadOf([row = {}]: readonly Row[], ages: readonly Row[]): Load {
  const optional = (name: string, column: string): Record<string, number> =>
    row[column] === null ? {} : { [name]: integerOf(row, column) };
  return {
    maximumConnections: integerOf(row, 'maximum_connections'),
    reservedConnections: integerOf(row, 'reserved_connections'),
    ...optional('usedConnections', 'used_connections'),
    ...optional('oldestTransactionSeconds', 'oldest_transaction_seconds'),
    freezeMaximumAge: integerOf(row, 'freeze_maximum_age'),
    databases: ages.map((age) => ({
      database: textOf(age, 'database'),
      transactionAge: integerOf(age, 'transaction_age'),
      multixactAge: integerOf(age, 'multixact_age'),
    })),
  };
}
