import { headLength, labelOf, type MarkKind, markLength } from '../data/marks.ts';
import {
  type ColumnName,
  columnPath,
  type DataStore,
  noTestRecords,
  type TestCorrection,
  type TestDigest,
} from '../model/index.ts';
import { sampleOf } from './column-sample.ts';
import { gateOf, type OwnedFunction, textFrom } from './owned-function.ts';
import { quoteLiteral } from './quoting.ts';

/** What is looked for in a column: any value with one of these marks. */
interface Sought {
  readonly list: 'cards' | 'erased' | 'former' | 'exported';
  /** The test person, or the path of the column that was corrected; of a card the path of its own. */
  readonly whose: string;
  readonly marks: readonly string[];
}

export interface Trace {
  readonly column: ColumnName;
  readonly sought: readonly Sought[];
}

/**
 * Which columns are gone through for what: each column of a planted card for that; for persons and former values every declared column whose values are kept as they are, and for a former value the column where it stood.
 */
export function tracesOf({ columns, testRecords = noTestRecords }: DataStore): readonly Trace[] {
  const { cards, corrected, erased, exported } = testRecords;
  const gone: readonly Sought[] = erased.map(({ person, marks }) => ({
    list: 'erased',
    whose: person,
    marks,
  }));
  const former: readonly Sought[] = corrected.map((each) => ({
    list: 'former',
    whose: columnPath(each),
    marks: [each.formerMark],
  }));
  const handedOver: readonly Sought[] = exported.flatMap(({ person, marks }) =>
    marks.map((mark) => ({ list: 'exported', whose: person, marks: [mark] }) as const),
  );
  const open = columns.filter(({ protection }) => protection === undefined);
  const all = [
    ...cards.map((card) => traceFor(card, [{ list: 'cards', whose: columnPath(card), marks: [card.mark] }])),
    ...open.map((column) => traceFor(column, [...gone, ...former, ...handedOver])),
    ...corrected.map((each) =>
      traceFor(
        each,
        former.filter(({ whose }) => whose === columnPath(each)),
      ),
    ),
  ];
  return merged(all).filter(({ sought }) => sought.length > 0);
}

const traceFor = ({ database, schema, table, column }: ColumnName, sought: readonly Sought[]): Trace => ({
  column: { database, schema, table, column },
  sought,
});

function merged(all: readonly Trace[]): readonly Trace[] {
  const byColumn = new Map<string, Trace>();
  for (const { column, sought } of all) {
    const before = byColumn.get(columnPath(column))?.sought ?? [];
    byColumn.set(columnPath(column), { column, sought: [...new Set([...before, ...sought])] });
  }
  return [...byColumn.values()];
}

/** Every function that test records call for. */
export function testFunctionsOf(data: DataStore): readonly OwnedFunction[] {
  const { cards, digests, corrected } = data.testRecords ?? noTestRecords;
  return [
    ...tracesOf(data).map(traceOf),
    ...cards.map((card) => sampleOf(card, data.sample)),
    ...digests.map(digestOf),
    ...corrected.map(correctionOf),
  ];
}

const marked = (kind: MarkKind, text: string): string =>
  `pg_catalog.left(pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(${quoteLiteral(labelOf(kind))} || ${text}, 'UTF8')), 'hex'), ${markLength})`;

const trimmed = (value: string): string => `pg_catalog.btrim(${value}, E' \\t\\n\\x0b\\f\\r')`;

const markedText = (value: string): string =>
  marked('text', `pg_catalog.lower(${trimmed(value)} collate pg_catalog."C")`);

const listOf = (marks: readonly string[]): string => marks.map(quoteLiteral).join(', ');

/** Counts over one column: how many of its values are among those sought. */
export function traceOf({ column, sought }: Trace): OwnedFunction {
  const counts = sought.map(
    ({ marks }, index) => `count(*) filter (where y.m in (${listOf(marks)}))::int as ${foundIn(index)}`,
  );
  return {
    kind: 'trace',
    column,
    body: `with ${gateOf(column, 'trace')}, marked as materialized (
  select ${markedText('x.v')} as m from (
    ${textFrom(column)} tablesample system (100) where exists (select from gate)
    offset 0
  ) x
)
select count(*)::int as rows, ${counts.join(',\n  ')}
from marked y
having exists (select from gate)`,
    returns: ['rows', ...sought.map((_, index) => foundIn(index))].map((name) => [name, 'int'] as const),
  };
}

export const foundIn = (index: number): string => `found_${index}`;

export const digestOf = (record: TestDigest): OwnedFunction =>
  recordOf(
    record,
    record.derivations.map(({ mark }) => mark),
  );

export const correctionOf = (record: TestCorrection): OwnedFunction =>
  recordOf(record, [record.mark, record.formerMark]);

const hexBytes = '^([0-9A-Fa-f]{2}){8,}$';
const uuid = '^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$';
/** Of sixteen bytes and more: shorter texts of letters are names of something more often. */
const base64 = '^[A-Za-z0-9+/_-]{22,}={0,2}$';
/** `\x` and `0x`, and the name of an algorithm before a value: `sha256:`, `{SHA}`. */
const prefix = '^([\\\\]x|0x|[{]?[A-Za-z0-9/-]{2,12}[}:])';

/** Looks at one row: which of the candidates, counted from one, its value is; bytes are compared in whatever way they are written. */
function recordOf(
  record: Pick<TestDigest, 'database' | 'schema' | 'table' | 'column' | 'key' | 'keyMark'>,
  candidates: readonly string[],
): OwnedFunction {
  const { database, schema, table, column, key, keyMark } = record;
  const name = { database, schema, table, column };
  const position = (mark: string): string =>
    `pg_catalog.array_position((select c.marks from candidates c), ${mark})`;
  return {
    kind: 'record',
    column: name,
    beside: [key],
    body: `with ${gateOf(name, 'record')}, ${gateOf({ ...name, column: key }, 'record', 'key_gate')}, candidates as materialized (
  select array[${listOf(candidates)}] as marks
), value as materialized (
  select w.v, w.s, pg_catalog.rtrim(w.s, '=') as r from (
    select ${trimmed('x.v')} as v,
      pg_catalog.translate(pg_catalog.regexp_replace(${trimmed('x.v')}, ${quoteLiteral(prefix)}, ''), E'\\n\\r', '') as s
    from (
      ${textFrom(name, { k: key })} tablesample system (100)
      where exists (select from gate) and exists (select from key_gate)
      offset 0
    ) x
    where ${marked('key', 'x.k')} = ${quoteLiteral(keyMark)}
    offset 0
  ) w
  offset 0
), bytes as materialized (
  select b.v, case
    when b.s ~ ${quoteLiteral(hexBytes)} then pg_catalog.lower(b.s)
    when b.v ~ ${quoteLiteral(uuid)} then pg_catalog.lower(pg_catalog.translate(b.v, '-', ''))
    when b.s ~ ${quoteLiteral(base64)} and pg_catalog.length(b.r) % 4 <> 1
      then pg_catalog.encode(pg_catalog.decode(pg_catalog.rpad(pg_catalog.translate(b.r, '-_', '+/'),
        (pg_catalog.length(b.r) + 3) / 4 * 4, '='), 'base64'), 'hex') end as h
  from value b
), tried as materialized (
  select z.v, z.h, coalesce(${position(markedText('z.v'))},
    ${position(marked('bytes', 'z.h'))},
    case when pg_catalog.length(z.h) >= ${headLength} then ${position(marked('head', `pg_catalog.left(z.h, ${headLength})`))} end) as candidate
  from bytes z
)
select count(*)::int as rows, count(q.v)::int as filled, min(q.candidate)::int as candidate,
  count(q.h)::int as bytes, count(*) filter (where q.v ~ '^[$]')::int as salted
from tried q
having exists (select from gate) and exists (select from key_gate)`,
    returns: ['rows', 'filled', 'candidate', 'bytes', 'salted'].map((each) => [each, 'int'] as const),
  };
}
