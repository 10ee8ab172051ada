import type { Columns } from '../data/facts/columns.ts';
import { classOf, detectors, patternOf, suggestions } from '../data/name-table.ts';
import { columnPath, type DataClass, type DeclaredColumn, dotted } from '../model/index.ts';
import { everyMajor, type Query } from './query.ts';
import { quoteLiteral } from './quoting.ts';
import { integerOf, type Row, textOf, textsOf } from './row.ts';

/** `_card_number_` of `cardNumber`, `Card-Number` and `card number`; only so much of a comment is looked at. */
const inWords = (text: string): string =>
  `pg_catalog.lower(pg_catalog.concat('_', pg_catalog.regexp_replace(pg_catalog.regexp_replace(
    pg_catalog.left(${text}, 2000), '([a-z0-9])([A-Z])', E'\\\\1_\\\\2', 'g'), '[^A-Za-z0-9]+', '_', 'g'), '_'))`;

const table = suggestions
  .map(({ detector, words }) => `('${detector}', ${quoteLiteral(patternOf(words))})`)
  .join(',\n  ');
const anyOfThem = quoteLiteral(patternOf(suggestions.map(({ words }) => words).join('|')));

const storedColumns = `pg_catalog.pg_attribute a
join pg_catalog.pg_class c on c.oid = a.attrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_type t on t.oid = a.atttypid
where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'm', 'f') and not c.relispartition
  and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_(toast|temp_)'`;

const seenIn = (place: string): string =>
  `array(select w.detector from words w where s.${place} ~ w.pattern order by 1) as by_${place}`;

/**
 * In each database: columns of what is stored, a partitioned table once, whose name, comment or type is one of the
 * table's. Of a comment only what it matched leaves the server.
 */
export const suggestiveColumnsQuery: Query = {
  ...everyMajor,
  name: 'suggestive-columns',
  text: `with words(detector, pattern) as (values
  ${table}
), stored as materialized (
  select n.nspname::text as schema, c.relname::text as "table", a.attname::text as "column",
    pg_catalog.format_type(a.atttypid, null) as type,
    ${inWords('a.attname::text')} as name,
    case when t.typnamespace = 'pg_catalog'::pg_catalog.regnamespace then '' else ${inWords('t.typname::text')} end as kind,
    coalesce(${inWords('pg_catalog.col_description(c.oid, a.attnum)')}, '') as comment
  from ${storedColumns}
)
select s.schema, s."table", s."column", s.type, ${seenIn('name')}, ${seenIn('comment')}, ${seenIn('kind')}
from stored s
where s.name ~ ${anyOfThem} or s.comment ~ ${anyOfThem} or s.kind ~ ${anyOfThem}
order by 1, 2, 3`,
};

/** In each database: how many columns were looked through. */
export const storedColumnsQuery: Query = {
  ...everyMajor,
  name: 'stored-columns',
  text: `select count(*)::int as total from ${storedColumns}`,
};

/** In each database: those of the declared columns that are there. */
export const declaredColumnsQuery = (columns: readonly DeclaredColumn[]): Query => ({
  ...everyMajor,
  name: 'declared-columns',
  text: `select d.schema, d."table", d."column", m.amname::text as access_method
from (values ${columns.map(declaredRow).join(',\n  ') || noRow}) d(database, schema, "table", "column")
join pg_catalog.pg_namespace n on n.nspname = d.schema
join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = d."table"
join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attname = d."column" and a.attnum > 0
left join pg_catalog.pg_am m on m.oid = c.relam
where d.database = pg_catalog.current_database()
order by 1, 2, 3`,
});

const noRow = '(null::text, null::text, null::text, null::text)';

function declaredRow({ database, schema, table, column }: DeclaredColumn): string {
  return `(${[database, schema, table, column].map((name) => `${quoteLiteral(name)}::text`).join(', ')})`;
}

type Suggestive = Columns['suggestive'][number];

/** The suggestive columns of one database, each with the classes of data that it suggests. */
export function suggestiveOf(
  rows: readonly Row[],
  database: string,
  isDeclared: (column: string) => boolean,
): readonly (Suggestive & { readonly classes: readonly DataClass[] })[] {
  return rows.map((row) => {
    const column = dotted([database, ...['schema', 'table', 'column'].map((key) => textOf(row, key))]);
    const by = {
      name: textsOf(row, 'by_name'),
      comment: textsOf(row, 'by_comment'),
      type: textsOf(row, 'by_kind'),
    };
    const matched = detectors.filter((each) => Object.values(by).some((found) => found.includes(each)));
    return {
      column,
      type: textOf(row, 'type'),
      detectors: matched,
      seenIn: (['name', 'comment', 'type'] as const).filter((place) => by[place].length > 0),
      declared: isDeclared(column),
      classes: [...new Set(matched.map((each) => classOf[each]))],
    };
  });
}

export const storedColumnsOf = ([row = {}]: readonly Row[]): number => integerOf(row, 'total');

/** The declared columns of one database that are there, by path, with the access method of their table. */
export function foundOf(rows: readonly Row[], database: string): ReadonlyMap<string, string | undefined> {
  return new Map(
    rows.map((row) => {
      const [schema, table, column] = ['schema', 'table', 'column'].map((key) => textOf(row, key)) as [
        string,
        string,
        string,
      ];
      const method = row['access_method'];
      return [
        columnPath({ database, schema, table, column }),
        typeof method === 'string' ? method : undefined,
      ] as const;
    }),
  );
}
