import { type ColumnName, columnPath, type TableName, tablePath } from '../model/index.ts';
import { inertTree, treeOf } from './inert-table.ts';
import { columnIs, storedKinds, storedRelation } from './plain-column.ts';
import { everyMajor, type Query } from './query.ts';
import { quoteBody, quoteIdentifier, quoteLiteral } from './quoting.ts';
import { booleanOf, type Row, textsOf } from './row.ts';

/** One column of a table, or all of them. */
export type Place = TableName & { readonly column?: string };

export const placePath = ({ column, ...table }: Place): string =>
  column === undefined ? tablePath(table) : columnPath({ ...table, column });

/** What functions count, by the first part of their names. */
export const ownedKinds = [
  'sample',
  'ages',
  'identifiers',
  'blanks',
  'deadlines',
  'use',
  'trace',
  'record',
] as const;
type OwnedKind = (typeof ownedKinds)[number];

/** Those of which every column is a date. */
const ofDates: readonly OwnedKind[] = ['ages', 'deadlines'];

/**
 * A function that the owner of a table has for assay, over data that assay's role may not read: its name is told from its text, so
 * that a function made for another text is not found.
 */
export interface OwnedFunction {
  readonly kind: OwnedKind;
  readonly column: Place;
  /** Further columns of that table which it reads. */
  readonly beside?: readonly string[];
  /**
   * One select; also what is asked where the role may read the column itself. Nothing in it may call what others can
   * write, and without a row from it nothing is known. What the server evaluates before it runs it (constants in the
   * expressions of indices, statistics, partition keys and constraints) is code of the table's owner all the same: so
   * the function belongs to that role, which gains nothing by it.
   */
  readonly body: string;
  /** Columns of its answer, with their types. */
  readonly returns: readonly (readonly [name: string, type: string])[];
}

/** Policies of row security are code of the table's owner: with it off, a query that they would run in fails. */
const settings = [
  'search_path=pg_catalog, pg_temp',
  'bytea_output=hex',
  'DateStyle=ISO, MDY',
  'row_security=off',
] as const;

/** A common table expression: one row where the column is such that its values may be touched, else none. */
export function gateOf({ schema, table, column }: ColumnName, kind: OwnedKind, name = 'gate'): string {
  const type = ofDates.includes(kind) ? `${columnIs.plain} and ${columnIs.dated}` : columnIs.plain;
  return `${name} as materialized (
  select ${columnIs.rounded} as rounded, ${columnIs.binary} as "binary"
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0
  where n.nspname = ${quoteLiteral(schema)} and c.relname = ${quoteLiteral(table)} and a.attname = ${quoteLiteral(column)}
    and ${storedRelation} and ${type}
)`;
}

/** The same of a table: the number of it where every one of its columns is such. */
export function tableGateOf({ schema, table }: TableName): string {
  return `gate as materialized (
  select c.oid
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where n.nspname = ${quoteLiteral(schema)} and c.relname = ${quoteLiteral(table)}
    and ${storedRelation} and ${everyColumnPlain}
)`;
}

/** A value of type json that has a character of no text ends the query, and stands in the log of the server. */
const everyColumnPlain = `not exists (
      select 1 from pg_catalog.pg_attribute a
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and not (${columnIs.plain} and not ${columnIs.json}))`;

/** No cast of the column's type is used for its text, and no view can be sampled. */
export function textFrom(
  { schema, table, column }: ColumnName,
  beside: Readonly<Record<string, string>> = {},
): string {
  const texts = Object.entries({ v: column, ...beside }).map(([name, each]) => {
    const value = `t.${quoteIdentifier(each)}`;
    return `case when pg_catalog.num_nonnulls(${value}) = 1 then pg_catalog.format('%s', ${value}) end as ${name}`;
  });
  return `select ${texts.join(', ')} from ${quoteIdentifier(schema)}.${quoteIdentifier(table)} t`;
}

/** Everything that it reads. */
const placesOf = ({ column, beside = [] }: OwnedFunction): readonly Place[] => [
  column,
  ...beside.map((each) => ({ ...column, column: each })),
];

export const nameOf = ({ kind, body }: OwnedFunction): string => `${kind}_${fingerprintOf(body)}`;

/** FNV-1a, 64 bits: tells texts apart and proves nothing. The text itself is compared before the function is called. */
function fingerprintOf(text: string): string {
  const bytes = new TextEncoder().encode(text);
  let hash = 0xcbf29ce484222325n;
  for (const byte of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash.toString(16).padStart(16, '0');
}

/** The SQL that makes it for a role, and gives it to the owner of the table. */
export function definitionOf(made: OwnedFunction, role: string): readonly string[] {
  const name = `assay_audit.${nameOf(made)}()`;
  const columns = made.returns.map(([column, type]) => `${quoteIdentifier(column)} ${type}`).join(', ');
  return [
    `create or replace function ${name} returns table (${columns})`,
    '  language sql stable security definer set search_path = pg_catalog, pg_temp set bytea_output = hex',
    "  set datestyle = 'ISO, MDY' set row_security = off",
    `as ${quoteBody(made.body)};`,
    `revoke all on function ${name} from public;`,
    `grant execute on function ${name} to ${quoteIdentifier(role)};`,
    ...placesOf(made).flatMap((place) => handOver(name, place)),
  ];
}

/** To the owner of the table, who must be able to make objects in the schema at that moment. */
function handOver(name: string, { schema, table, column }: Place): readonly string[] {
  const there =
    column === undefined
      ? ''
      : ` and exists (select 1 from pg_catalog.pg_attribute a
      where a.attrelid = c.oid and a.attnum > 0 and a.attname = ${quoteLiteral(column)})`;
  const names = column === undefined ? [schema, table] : [schema, table, column];
  const missing = `no ${column === undefined ? 'table' : 'column'} ${names.map(quoteIdentifier).join('.')}`;
  const body = `declare keeper text; makes boolean; begin
  select pg_catalog.pg_get_userbyid(c.relowner), pg_catalog.has_schema_privilege(c.relowner, 'assay_audit', 'create')
    into keeper, makes
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where n.nspname = ${quoteLiteral(schema)} and c.relname = ${quoteLiteral(table)}${there};
  if keeper is null then
    raise exception using errcode = 'undefined_column', message = ${quoteLiteral(missing)};
  end if;
  if not makes then execute pg_catalog.format('grant create on schema assay_audit to %I', keeper); end if;
  execute pg_catalog.format('alter function ${name} owner to %I', keeper);
  if not makes then execute pg_catalog.format('revoke create on schema assay_audit from %I', keeper); end if;
end`;
  return [`do ${quoteBody(body)};`];
}

export const callOf = (made: OwnedFunction): Query => ({
  ...everyMajor,
  name: made.kind,
  text: `select f.* from assay_audit.${nameOf(made)}() f`,
});

export const directOf = (made: OwnedFunction): Query => ({ ...everyMajor, name: made.kind, text: made.body });

/** As the functions have it: bytes are told from text by how they are written, and dates are read as they are written. */
export const hexOutputQuery: Query = {
  ...everyMajor,
  name: 'hex-output',
  text: `select pg_catalog.set_config('bytea_output', 'hex', false) as bytea_output,
  pg_catalog.set_config('DateStyle', 'ISO, MDY', false) as date_style,
  pg_catalog.set_config('row_security', 'off', false) as row_security`,
};

/** By which way rows may be counted. $1: name of the function, $2 and $3: schema, table. */
const accessOf = (of: {
  readonly there: string;
  readonly plain: string;
  readonly dated: string;
  readonly readable: string;
  readonly columns: string;
}): string => `with recursive ${treeOf('$2', '$3')}
select c.relkind::text as kind, ${of.there} as there,
  ${of.there} and ${of.plain} as plain, ${of.dated} as dated,
  exists (select 1 from tree join pg_catalog.pg_class x on x.oid = tree.oid where x.relkind = 'f') as elsewhere,
  ${inertTree} as inert,
  coalesce((select pg_catalog.bool_and(x.relowner = p.proowner)
    from tree join pg_catalog.pg_class x on x.oid = tree.oid), false) as of_owner,
  coalesce(pg_catalog.has_schema_privilege(n.oid, 'usage')
    and ${of.readable}
    and not pg_catalog.row_security_active(c.oid), false) as direct,
  p.prosrc as source, l.lanname::text as language, coalesce(p.proconfig, '{}')::text[] as settings,
  coalesce(pg_catalog.has_function_privilege(p.oid, 'execute')
    and pg_catalog.has_schema_privilege(s.oid, 'usage'), false) as callable,
  coalesce(o.rolsuper or o.rolbypassrls or not c.relrowsecurity
    or (o.oid = c.relowner and not c.relforcerowsecurity), false) as all_rows
from (select 1) as one
left join pg_catalog.pg_namespace n on n.nspname = $2
left join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = $3
${of.columns}left join pg_catalog.pg_namespace s on s.nspname = 'assay_audit'
left join pg_catalog.pg_proc p on p.pronamespace = s.oid and p.proname = $1 and p.pronargs = 0 and p.prosecdef
left join pg_catalog.pg_language l on l.oid = p.prolang
left join pg_catalog.pg_roles o on o.oid = p.proowner`;

/**
 * What a column is and by which way its rows may be counted. $1: name of the function, $2 to $4: schema, table, column.
 * A function counts all rows where row security does not hold for its owner.
 */
export const accessQuery: Query = {
  ...everyMajor,
  name: 'column-access',
  text: accessOf({
    there: 'a.attnum is not null',
    plain: columnIs.plain,
    dated: `coalesce(${columnIs.dated}, false)`,
    readable: "pg_catalog.has_column_privilege(c.oid, a.attnum, 'select')",
    columns:
      'left join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attname = $4 and a.attnum > 0\n',
  }),
};

/** The same of all columns of a table. $1: name of the function, $2 and $3: schema, table. */
export const tableAccessQuery: Query = {
  ...everyMajor,
  name: 'table-access',
  text: accessOf({
    there: 'c.oid is not null',
    plain: everyColumnPlain,
    dated: 'false',
    readable: "pg_catalog.has_table_privilege(c.oid, 'select')",
    columns: '',
  }),
};

/** What is asked before a function is called, with its values: of each column that it reads. */
export function accessTo(
  made: OwnedFunction,
): readonly { readonly query: Query; readonly values: readonly string[] }[] {
  return placesOf(made).map(({ schema, table, column }) => {
    const values = [nameOf(made), schema, table];
    return column === undefined
      ? { query: tableAccessQuery, values }
      : { query: accessQuery, values: [...values, column] };
  });
}

/** By which way rows may be counted, or why by none. */
export type Way = { readonly kind: 'call' | 'direct' } | { readonly kind: 'none'; readonly why: string };

const tables: readonly string[] = storedKinds;

/** @param rows the answers to `accessTo` */
export function wayOf(made: OwnedFunction, rows: readonly (Row | undefined)[]): Way {
  const ways = rows.map((row) => wayTo(made, row));
  return ways.find(({ kind }) => kind === 'none') ?? ways[0] ?? { kind: 'none', why: 'nobody looked' };
}

function wayTo(made: OwnedFunction, row: Row | undefined): Way {
  const none = (why: string): Way => ({ kind: 'none', why });
  const all = made.column.column === undefined;
  if (row === undefined || !booleanOf(row, 'there'))
    return none(`there is no such ${all ? 'table' : 'column'}`);
  if (!tables.includes(String(row['kind'])) || booleanOf(row, 'elsewhere'))
    return none('it is of a view or lies on another server: declare the column of the table that stores it');
  if (ofDates.includes(made.kind) && !booleanOf(row, 'dated'))
    return none('it is no date: of the types date, timestamp and timestamptz alone the age is known');
  if (!booleanOf(row, 'plain'))
    return none(
      all
        ? 'a column is of type json, or of a type that is not of pg_catalog, or generated when it is read: values could be logged, or code of others run'
        : 'its type is not of pg_catalog, or it is generated when it is read: code of others could run',
    );
  if (!booleanOf(row, 'inert'))
    return none(
      'an index, a constraint, statistics or the partition key of its table calls a function, operator or type of a role that is no superuser: code of others could run',
    );
  if (booleanOf(row, 'callable') && isOurs(made, row)) return calledWay(row);
  if (booleanOf(row, 'direct')) return { kind: 'direct' };
  return none('no function for it as declared now: run what assay grants postgres --sampling prints');
}

/** With the rights of any other role the owner of a table, or of a part of it, could do what it may not. */
function calledWay(row: Row): Way {
  if (!booleanOf(row, 'of_owner'))
    return {
      kind: 'none',
      why: 'the function is not of the one owner of the table and all its parts: run what assay grants postgres --sampling prints',
    };
  return booleanOf(row, 'all_rows')
    ? { kind: 'call' }
    : { kind: 'none', why: 'row security hides rows from the owner of the function' };
}

const isOurs = ({ body }: OwnedFunction, row: Row): boolean =>
  row['source'] === body &&
  row['language'] === 'sql' &&
  [...textsOf(row, 'settings')].sort().join('\n') === [...settings].sort().join('\n');
