/** Kinds of relations that hold rows: reading a view would run what its owner wrote. */
export const storedKinds = ['r', 'p', 'm'] as const;

const dates = ['date', 'timestamp', 'timestamptz'];
/** Types whose text need not have every digit of what was put in. */
const rounded = ['float4', 'float8', 'money'];

const typesIn = (names: readonly string[]): string =>
  names.map((name) => `'pg_catalog.${name}'::pg_catalog.regtype`).join(', ');

/** What a column's values are made of: its type, base types of domains, elements of arrays. */
const made = `with recursive made(oid) as (
  select a.atttypid
  union
  select case y.typtype when 'd' then y.typbasetype else y.typelem end
  from made m join pg_catalog.pg_type y on y.oid = m.oid
  where y.typtype = 'd' or (y.typcategory = 'A' and y.typelem <> 0)
)
select from made m join pg_catalog.pg_type y on y.oid = m.oid
where y.typtype <> 'd' and (y.typcategory <> 'A' or y.typelem = 0)`;

/**
 * Of a column `a` of pg_attribute, as conditions in SQL. Of types that are not PostgreSQL's own, casts are code of their
 * owners; virtual generated columns are computed by who reads them.
 */
export const columnIs = {
  plain: `(not exists (${made} and y.typnamespace <> 'pg_catalog'::pg_catalog.regnamespace) and a.attgenerated <> 'v')`,
  dated: `a.atttypid in (${typesIn(dates)})`,
  rounded: `exists (${made} and y.oid in (${typesIn(rounded)}))`,
  json: `exists (${made} and y.oid = 'pg_catalog.json'::pg_catalog.regtype)`,
  /** Bytes, be they of a domain or in an array. */
  ofBytes: `exists (${made} and y.oid = 'pg_catalog.bytea'::pg_catalog.regtype)`,
  binary: `a.atttypid = 'pg_catalog.bytea'::pg_catalog.regtype`,
} as const;

export const storedRelation = `c.relkind in (${storedKinds.map((kind) => `'${kind}'`).join(', ')})`;
