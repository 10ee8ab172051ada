import type { Constraints } from '../data/facts/constraints.ts';
import {
  type ColumnName,
  type ConstraintKind,
  columnPath,
  type DeclaredConstraints,
} from '../model/index.ts';
import { everyMajor, type Query } from './query.ts';
import { quoteLiteral } from './quoting.ts';
import { booleanOf, type Row, textOf } from './row.ts';

/** Of a column of one relation; an inherited child may have a NOT VALID one of its own. */
const isNotNull = (column: string): string => `${column}.attnotnull and not exists (
      select from pg_catalog.pg_constraint k
      where k.conrelid = ${column}.attrelid and k.contype = 'n' and k.conkey = array[${column}.attnum] and not k.convalidated)`;

/** For a column `b` of one relation, be it the declared one or a part of it. */
const heldInPart: Readonly<Record<Exclude<ConstraintKind, 'unique'>, string>> = {
  'not-null': isNotNull('b'),
  // Where another column of the key is NULL nothing is compared, but for MATCH FULL.
  references: `exists (select from pg_catalog.pg_constraint k
      where k.conrelid = b.attrelid and k.contype = 'f' and k.convalidated and b.attnum = any (k.conkey)
        and not exists (select from pg_catalog.pg_constraint u where u.oid = k.conparentid and u.conrelid = k.conrelid)
        and (k.confmatchtype = 'f' or not exists (
          select from pg_catalog.pg_attribute w
          where w.attrelid = b.attrelid and w.attnum = any (k.conkey) and w.attnum <> b.attnum and not (${isNotNull('w')})))
        and not exists (
          with recursive kin(oid) as (
            select k.oid union
            select y.oid from kin join pg_catalog.pg_constraint y on y.conparentid = kin.oid
          )
          select from kin join pg_catalog.pg_trigger g on g.tgconstraint = kin.oid
          where g.tgenabled not in ('O', 'A')))`,
  checked: `exists (select from pg_catalog.pg_constraint k
      where k.conrelid = b.attrelid and k.contype = 'c' and k.convalidated and b.attnum = any (k.conkey))
      or exists (
        with recursive over(oid) as (
          select b.atttypid union
          select y.typbasetype from over o join pg_catalog.pg_type y on y.oid = o.oid where y.typtype = 'd'
        )
        select from over o join pg_catalog.pg_type y on y.oid = o.oid
        where y.typtype = 'e' or exists (select from pg_catalog.pg_constraint k
          where k.contypid = y.oid and k.contype = 'c' and k.convalidated))`,
};

/** Not every constraint is inherited, and triggers can be disabled on a partition alone. */
const inEveryPart = (condition: string): string => `not exists (
    with recursive part(oid) as (
      select c.oid union
      select i.inhrelid from part join pg_catalog.pg_inherits i on i.inhparent = part.oid
    )
    select from part join pg_catalog.pg_class x on x.oid = part.oid and x.relkind <> 'f'
    join pg_catalog.pg_attribute b on b.attrelid = x.oid and b.attname = a.attname
    where not (${condition}))`;

/** A constraint that is not enforced was not validated either; one with triggers that do not fire is not enforced. */
const held: Readonly<Record<ConstraintKind, string>> = {
  'not-null': inEveryPart(heldInPart['not-null']),
  // No index goes over inherited children.
  unique: `exists (select from pg_catalog.pg_index i
    where i.indrelid = c.oid and i.indisunique and i.indisvalid and i.indpred is null
      and i.indnkeyatts = 1 and i.indkey[0] = a.attnum)
    and (c.relkind = 'p' or not exists (select from pg_catalog.pg_inherits i where i.inhparent = c.oid))`,
  references: inEveryPart(heldInPart.references),
  checked: inEveryPart(heldInPart.checked),
};

const columns = (Object.entries(held) as readonly (readonly [ConstraintKind, string])[])
  .map(([kind, condition]) => `(${condition}) as "${kind}"`)
  .join(',\n  ');

/** In each database: what the catalogue says of those of the declared columns that a table has. */
export const columnConstraintsQuery = (declared: readonly ColumnName[]): Query => ({
  ...everyMajor,
  name: 'column-constraints',
  text: `select d.schema, d."table", d."column",
  ${columns}
from (values ${declared.map(declaredRow).join(',\n  ') || noRow}) d(database, schema, "table", "column")
join pg_catalog.pg_namespace n on n.nspname = d.schema
join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = d."table" and c.relkind in ('r', 'p')
join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attname = d."column" and a.attnum > 0
where d.database = pg_catalog.current_database()
order by 1, 2, 3`,
});

const noRow = '(null::text, null::text, null::text, null::text)';

function declaredRow({ database, schema, table, column }: ColumnName): string {
  return `(${[database, schema, table, column].map((name) => `${quoteLiteral(name)}::text`).join(', ')})`;
}

/** @param answers the rows of each database that answered */
export function constraintsOf(
  declared: readonly DeclaredConstraints[],
  answers: ReadonlyMap<string, readonly Row[]>,
): Constraints {
  return declared.flatMap(({ must, ...name }) => {
    const column = columnPath(name);
    const rows = answers.get(name.database);
    if (rows === undefined) return must.map((kind) => ({ column, must: kind }));
    const row = rows.find((one) => pathOf(one, name.database) === column);
    return must.map((kind) => ({ column, must: kind, held: row !== undefined && booleanOf(row, kind) }));
  });
}

function pathOf(row: Row, database: string): string {
  const [schema, table, column] = [textOf(row, 'schema'), textOf(row, 'table'), textOf(row, 'column')];
  return columnPath({ database, schema, table, column });
}
