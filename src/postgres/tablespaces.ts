import type { Tablespaces } from './facts/tablespaces.ts';
import { everyMajor, type Query } from './query.ts';
import { booleanOf, type Row, textOf } from './row.ts';

export const tablespacesQuery: Query = {
  ...everyMajor,
  name: 'tablespaces',
  text: `select t.spcname::text as name, pg_catalog.pg_get_userbyid(t.spcowner)::text as owner,
  pg_catalog.pg_tablespace_location(t.oid) <> '' as elsewhere,
  exists (select 1 from pg_catalog.aclexplode(coalesce(t.spcacl, pg_catalog.acldefault('t', t.spcowner))) a
    where a.grantee = 0 and a.privilege_type = 'CREATE') as public_create
from pg_catalog.pg_tablespace t order by t.spcname`,
};

export const tablespacesOf = (rows: readonly Row[]): Tablespaces =>
  rows.map((row) => ({
    name: textOf(row, 'name'),
    owner: textOf(row, 'owner'),
    elsewhere: booleanOf(row, 'elsewhere'),
    publicCreate: booleanOf(row, 'public_create'),
  }));
