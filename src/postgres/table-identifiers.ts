import { type IdentifierCount, identifierCounts, identifierForms } from '../data/identifier-forms.ts';
import type { IdentifierReading } from '../data/identifiers.ts';
import type { TableName } from '../model/index.ts';
import { blank } from './blank-fields.ts';
import { longestValue, numbersIn } from './column-sample.ts';
import { treeOf } from './inert-table.ts';
import { type OwnedFunction, tableGateOf } from './owned-function.ts';
import { columnIs } from './plain-column.ts';
import { quoteIdentifier, quoteLiteral } from './quoting.ts';
import { booleanOf, integerOf, type Row, textOf } from './row.ts';

/** Whoever was born so many years ago, or more, is over the age of which a year of birth may stay. */
const oldestYears = 91;

const counted: Readonly<Partial<Record<IdentifierCount, string>>> = {
  digits: 'n.digits > 0',
  'card-numbers': 'n.cards > 0',
  'born-before': `case when x.v ~ '^[0-9]{4}($|-)' then pg_catalog.left(x.v, 4)::int <= extract(year from pg_catalog.now()) - ${oldestYears} end`,
};

const conditionOf = (name: IdentifierCount): string => {
  const form = identifierForms.find((each) => each.form === name);
  return form === undefined ? (counted[name] ?? 'false') : `x.v ~ ${quoteLiteral(form.pattern)}`;
};

const dash = '[\\u00ad\\u058a\\u2010-\\u2015\\u2043\\u2212\\ufe58\\ufe63\\uff0d]';

/** Signs of other scripts, or bytes of what the server has no encoding for, as in 2020年5月17日. */
const amidDigits = '(?<=[0-9)])[^\\u0001-\\u007f]{1,4}(?=[0-9(])';

/** With the blanks and dashes of ASCII, which alone the patterns have. */
const inAscii = (text: string): string => {
  const replaced = [
    [blank, ' '],
    [dash, '-'],
    [amidDigits, '-'],
  ].reduce(
    (inner, [pattern = '', sign]) =>
      `pg_catalog.regexp_replace(${inner}, ${quoteLiteral(pattern)}, '${sign}', 'g')`,
    text,
  );
  return `case when ${text} ~ ${quoteLiteral('[^\\u0001-\\u007f]')} then ${replaced} else ${text} end`;
};

const numbers = ['rows', 'filled', 'longer', ...identifierCounts];

/**
 * Counts over all columns of one table, a row for each: a value is written as JSON has it, so that the columns need not
 * be known, and no cast of a type that is not PostgreSQL's is used.
 */
export function identifiersOf({ database, schema, table }: TableName): OwnedFunction {
  const counts = identifierCounts.map(
    (name) => `(count(*) filter (where ${conditionOf(name)}))::int as ${quoteIdentifier(name)}`,
  );
  return {
    kind: 'identifiers',
    column: { database, schema, table },
    body: `with recursive ${treeOf(quoteLiteral(schema), quoteLiteral(table))}, ${tableGateOf({ database, schema, table })}, named as (
  select a.attname::text as name, min(pg_catalog.format_type(a.atttypid, null)) as type, bool_or(a.attrelid = g.oid) as own,
    bool_or(${columnIs.ofBytes}) as bytes
  from gate g cross join tree join pg_catalog.pg_attribute a on a.attrelid = tree.oid and a.attnum > 0 and not a.attisdropped
  group by 1
), looked as (
  select e.name, count(*)::int as rows, count(x.v)::int as filled, (count(*) filter (where x.longer))::int as longer,
  ${counts.join(',\n  ')}
  from (
    select pg_catalog.to_jsonb(t.*) as j
    from ${quoteIdentifier(schema)}.${quoteIdentifier(table)} t tablesample system (100) where exists (select from gate)
    offset 0
  ) r
  cross join lateral pg_catalog.jsonb_each_text(r.j) e(name, value)
  cross join lateral (
    select pg_catalog.btrim(${inAscii('w.v')}) as v, pg_catalog.length(e.value) > ${longestValue} as longer
    from (select pg_catalog.left(e.value, ${longestValue}) offset 0) w(v)
    offset 0
  ) x
  cross join lateral (${numbersIn('x.v')}) n
  group by e.name
)
select d.name as "column", d.type, d.own, d.bytes, ${numbers.map((name) => `coalesce(l.${quoteIdentifier(name)}, 0) as ${quoteIdentifier(name)}`).join(', ')}
from named d left join looked l on l.name = d.name
order by 1`,
    returns: [
      ['column', 'text'],
      ['type', 'text'],
      ['own', 'boolean'],
      ['bytes', 'boolean'],
      ...numbers.map((name) => [name, 'int'] as const),
    ],
  };
}

/** Of each column; `own` false: it is one of a part alone, and none of its values was read. */
export interface ReadColumn extends IdentifierReading {
  readonly own: boolean;
}

export function identifierReadingsOf(rows: readonly Row[]): readonly ReadColumn[] {
  return rows.map((row) => ({
    column: textOf(row, 'column'),
    type: textOf(row, 'type'),
    own: booleanOf(row, 'own'),
    isBytes: booleanOf(row, 'bytes'),
    rows: integerOf(row, 'rows'),
    values: integerOf(row, 'filled'),
    longer: integerOf(row, 'longer'),
    counts: Object.fromEntries(
      identifierCounts.map((name) => [name, integerOf(row, name)]),
    ) as IdentifierReading['counts'],
  }));
}
