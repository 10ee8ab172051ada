import type { Databases } from './facts/databases.ts';
import { everyMajor, type Query } from './query.ts';
import { booleanOf, integerOf, type Row, textOf } from './row.ts';

/** Everyone may read every row of it. */
export const allDatabasesQuery: Query = {
  ...everyMajor,
  name: 'all-databases',
  text: `select d.datname::text as name, pg_catalog.pg_get_userbyid(d.datdba)::text as owner,
  d.datistemplate as template, d.datallowconn as connectable, d.datconnlimit as connection_limit,
  pg_catalog.pg_encoding_to_char(d.encoding)::text as encoding
from pg_catalog.pg_database d order by d.datname`,
};

export const databasesOf = (rows: readonly Row[]): Databases =>
  rows.map((row) => ({
    name: textOf(row, 'name'),
    owner: textOf(row, 'owner'),
    template: booleanOf(row, 'template'),
    connectable: booleanOf(row, 'connectable'),
    connectionLimit: integerOf(row, 'connection_limit'),
    encoding: textOf(row, 'encoding'),
  }));
