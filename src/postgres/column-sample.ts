import { cardRange, digitRich, digitRichBytes, digitRun } from '../data/card-numbers.ts';
import { type CountName, countNames, digestLengths, forms } from '../data/forms.ts';
import type { Sample } from '../data/sampled-column.ts';
import { testCards } from '../data/test-cards.ts';
import type { Reading } from '../data/verdict.ts';
import type { ColumnName, DataStore } from '../model/index.ts';
import { treeOf } from './inert-table.ts';
import { gateOf, type OwnedFunction, textFrom } from './owned-function.ts';
import { quoteIdentifier, quoteLiteral } from './quoting.ts';
import { integerOf, type Row, textOf } from './row.ts';

/** Characters of a value that are looked at. */
export const longestValue = 4096;
/** A table of fewer pages is gone through as a whole for a sample of single rows; of a larger one pages are taken. */
const largePages = 10_000;
/** So few pages would be taken of a large table that none could be. */
const leastPages = 20;
/** Of a table without statistics. */
const rowsPerPage = 50;

/** Counts over one column: how many of its values are of which form. */
export function sampleOf(column: ColumnName, sample: DataStore['sample']): OwnedFunction {
  return {
    kind: 'sample',
    column,
    body: bodyOf(column, sample),
    returns: [
      ['method', 'text'],
      ['estimate', 'float8'],
      ...['rows', 'filled', 'longer', ...countNames].map((name) => [name, 'int'] as const),
    ],
  };
}

function bodyOf(column: ColumnName, sample: DataStore['sample']): string {
  const { schema, table } = column;
  const counts = countNames.map((name) => `${filterOf(name)}::int as ${quoteIdentifier(name)}`);
  return `with recursive ${gateOf(column, 'sample')}, ${treeOf(quoteLiteral(schema), quoteLiteral(table))}, part as (
  select pg_catalog.pg_relation_size(c.oid) / pg_catalog.current_setting('block_size')::int as pages,
    c.reltuples, c.relpages
  from tree join pg_catalog.pg_class c on c.oid = tree.oid where c.relkind in ('r', 'm')
), size as (
  select coalesce(sum(p.pages), 0)::float8 as pages,
    case when bool_and(p.pages = 0 or (p.relpages > 0 and p.reltuples >= 0)) then
      pg_catalog.round(coalesce(sum(p.pages * p.reltuples / nullif(p.relpages, 0)), 0)::float8) end as estimate
  from part p
), plan as materialized (
  ${planOf(sample)}
), taken as (
  ${takenOf(textFrom(column), sample)}
), value as materialized (
  select b.v, b.longer, b.h, pg_catalog.concat_ws(pg_catalog.chr(10), b.v,
    case when b.h ~ ${patternOf('printable')} then pg_catalog.convert_from(pg_catalog.decode(b.h, 'hex'), 'UTF8') end) as y,
    b.v ~ ${patternOf('uuid')} or (b.h is not null and b.v ~ E'^(\\\\\\\\x)?[0-9A-Fa-f]*$' and (
      (select g."binary" from gate g) or b.h ~ ${patternOf('envelope-bytes')}
      or (pg_catalog.length(b.h) in (${digestLengths.join(', ')}) and b.h !~ ${patternOf('printable')}))) as hexadecimal
  from (
    select a.v, a.longer, case
      when a.v ~ E'^\\\\\\\\x([0-9a-f]{2})*$' then pg_catalog.substr(a.v, 3)
      when a.v ~ '^([0-9A-Fa-f]{2}){8,}$' and a.v !~ '^[0-9]*$' then pg_catalog.lower(a.v)
      when a.joined ~ '^[A-Za-z0-9+/]{14,}={0,2}$' and pg_catalog.length(a.joined) % 4 = 0 and a.joined !~ '^[0-9]*$'
        then pg_catalog.encode(pg_catalog.decode(a.joined, 'base64'), 'hex') end as h
    from (
      select pg_catalog.btrim(pg_catalog.left(t.v, ${longestValue})) as v, pg_catalog.length(t.v) > ${longestValue} as longer,
        pg_catalog.left(pg_catalog.translate(t.v, E'\\n\\r', ''), ${longestValue}) as joined
      from taken t offset 0
    ) a offset 0
  ) b
)
select (select p.method from plan p) as method, (select s.estimate from size s) as estimate, count(*)::int as rows,
  count(x.v)::int as filled, ${filtered('x.longer')}::int as longer,
  ${counts.join(',\n  ')}
from value x
cross join lateral (${numbersIn('x.y')}) n
having exists (select from gate)`;
}

/** In letters: where statements are logged, the text of a query is to put no card numbers into the log. */
const isTestCard = `pg_catalog.translate(r.d, '0123456789', 'abcdefghij') in (${testCards
  .map((number) => quoteLiteral(number.replace(/[0-9]/g, (digit) => 'abcdefghij'.charAt(Number(digit)))))
  .join(', ')})`;

/**
 * Of a text: how many numbers as long as those of cards, and how many of them pass Luhn's test, and are of a brand, and are published
 * for tests.
 */
export const numbersIn = (
  text: string,
): string => `select count(*) as digits, ${filtered('m.luhn')} as luhn, ${filtered(`m.luhn and m.d ~ ${quoteLiteral(cardRange)}`)} as cards,
  ${filtered(`m.luhn and m.d ~ ${quoteLiteral(cardRange)} and not m.published`)} as others, ${filtered('m.published')} as published
  from (
    select r.d, ${luhn} as luhn, ${isTestCard} as published
    from pg_catalog.regexp_matches(${text}, ${quoteLiteral(digitRun)}, 'g') f
    cross join lateral (select pg_catalog.translate(f[1], ' -', '') offset 0) r(d)
    cross join lateral (select pg_catalog.decode(pg_catalog.lpad(r.d, ${longestNumber}, '0'), 'escape') offset 0) l(b)
    offset 0
  ) m`;

const longestNumber = 20;

/** Of digits with zeros before them: every second one from the right but one counts twice, as the sum of its digits. */
const luhn = `(${Array.from({ length: longestNumber }, (_, index) =>
  weighted(`pg_catalog.get_byte(l.b, ${index}) - 48`, index),
).join(' + ')}) % 10 = 0`;

function weighted(digit: string, index: number): string {
  return index % 2 === 0 ? `2 * (${digit}) / 10 + 2 * (${digit}) % 10` : digit;
}

const filtered = (condition: string): string => `count(*) filter (where ${condition})`;

/** How rows are chosen: by single rows, by pages, or all where as many as there are would do. */
function planOf({ rows }: DataStore['sample']): string {
  if (rows === undefined) return `select 'whole' as method, 100::float8 as percent`;
  return `select case when q.percent >= 100 then 'whole' when q.pages < ${largePages} then 'bernoulli' else 'system' end as method,
    q.percent
  from (
    select s.pages, least(100, greatest(
      coalesce(100.0 * ${rows} / nullif(coalesce(s.estimate, s.pages * ${rowsPerPage}), 0), 100),
      case when s.pages < ${largePages} then 0 else 100.0 * ${leastPages} / s.pages end))::float8 as percent
    from size s
  ) q`;
}

function takenOf(from: string, { rows, seed }: DataStore['sample']): string {
  const readable = 'exists (select from gate)';
  if (rows === undefined) return `${from} tablesample system (100) where ${readable}`;
  const by = (method: string): string =>
    `tablesample ${method} ((select p.percent from plan p)) repeatable (${seed})`;
  return `${from} ${by('bernoulli')} where (select p.method from plan p) <> 'system' and ${readable}
  union all
  ${from} ${by('system')} where (select p.method from plan p) = 'system' and ${readable}`;
}

function patternOf(form: (typeof forms)[number]['form']): string {
  return quoteLiteral(forms.find((each) => each.form === form)?.pattern ?? '');
}

const places = {
  anywhere: 'x.y',
  whole: 'x.v',
  bytes: 'x.h',
  digest: `case when pg_catalog.length(x.h) in (${digestLengths.join(', ')}) and x.h !~ ${patternOf('printable')} then x.h end`,
} as const;

/** Thirteen digits and more in a text, in whatever groups, or in the bytes of the value, or a type that rounds. */
const richIn = (text: string): string =>
  `x.v is not null and ((select g.rounded from gate g) or x.h ~ ${quoteLiteral(digitRichBytes)} or (not x.hexadecimal and ${text} ~ ${quoteLiteral(digitRich)}))`;

function filterOf(name: CountName): string {
  if (name === 'digits') return filtered('n.digits > 0');
  if (name === 'digit-rich') return filtered(richIn('x.v'));
  // Beside numbers that are published what is left of the value is looked at again.
  if (name === 'other-digit-rich')
    return filtered(
      `n.published < n.digits and n.digits > 0 or ${richIn(`case when n.published > 0 then pg_catalog.regexp_replace(x.v, ${quoteLiteral(digitRun)}, 'x', 'g') else x.v end`)}`,
    );
  if (name === 'other-card-numbers') return filtered('n.others > 0');
  if (name === 'test-card-numbers') return filtered('n.published > 0 and n.published = n.digits');
  if (name === 'luhn') return filtered('n.luhn > 0');
  if (name === 'card-numbers') return filtered('n.cards > 0');
  const where = forms.find(({ form }) => form === name)?.in ?? 'anywhere';
  return filtered(`${places[where]} ~ ${patternOf(name)}`);
}

export function readingOf([row = {}]: readonly Row[]): Sample {
  const method = textOf(row, 'method');
  const known = (['whole', 'bernoulli'] as const).find((each) => each === method) ?? 'system';
  return {
    method: known,
    whole: known === 'whole',
    ...(row['estimate'] === null ? {} : { estimatedRows: integerOf(row, 'estimate') }),
    rows: integerOf(row, 'rows'),
    values: integerOf(row, 'filled'),
    longer: integerOf(row, 'longer'),
    counts: Object.fromEntries(countNames.map((name) => [name, integerOf(row, name)])) as Reading['counts'],
  };
}
