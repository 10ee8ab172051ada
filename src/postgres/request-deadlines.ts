import { type Deadline, deadlines, holidayDays } from '../data/deadlines.ts';
import type { Requests } from '../data/facts/requests.ts';
import { type DeclaredRequests, dotted, type RequestKind } from '../model/index.ts';
import { gateOf, type OwnedFunction, textFrom } from './owned-function.ts';
import { quoteLiteral } from './quoting.ts';
import { integerOf, type Row } from './row.ts';

const columns = ['rows', 'open', 'misdated', 'unsettled', 'late', 'overdue'] as const;

/** Of a column without a zone the days are as they are written. */
const dayOf = (text: string, zone: string): string =>
  `case when ${text} ~ ':[0-9.]+[+-]' then (${text}::timestamptz at time zone ${zone})::date else ${text}::date end`;

/** Counts over the dates of one table of requests. */
export function deadlinesOf(declared: DeclaredRequests): OwnedFunction {
  const { received, answered, extended } = declared;
  const beside = [answered, ...(extended === undefined ? [] : [extended])];
  const column = { ...declared, column: received };
  const gates = [
    gateOf(column, 'deadlines'),
    ...beside.map((each, index) => gateOf({ ...column, column: each }, 'deadlines', `gate_${index}`)),
  ];
  const open = ['gate', ...beside.map((_, index) => `gate_${index}`)]
    .map((gate) => `exists (select from ${gate})`)
    .join(' and ');
  const zone = quoteLiteral(declared.timeZone);
  const { unit, first, extended: last } = deadlines[declared.kind];
  return {
    kind: 'deadlines',
    column,
    beside,
    body: `with ${gates.join(', ')}, dated as materialized (
  select ${dayOf('x.v', zone)} as received, ${dayOf('x.answered', zone)} as answered,
    ${extended === undefined ? 'null::date' : dayOf('x.extended', zone)} as told, (pg_catalog.now() at time zone ${zone})::date as today
  from (
    ${textFrom(column, { answered, ...(extended === undefined ? {} : { extended }) })} tablesample system (100) where ${open}
    offset 0
  ) x
), judged as materialized (
  select d.*, coalesce(d.received between '0001-01-01' and d.today, false)
    and coalesce(d.answered between d.received and d.today, true)
    and coalesce(d.told between d.received and d.today, true) as possible
  from dated d
), due as materialized (
  select j.answered, j.told, coalesce(j.answered, j.today) as done,
    ${dueAfter(first, unit)} as first, ${dueAfter(last, unit)} as last
  from judged j where j.possible
), limits as materialized (
  select u.answered, u.done,
    case when u.told <= u.first then u.last else u.first end as strict,
    case when u.told <= u.first + ${spareDays(unit)} then u.last else u.first end + ${spareDays(unit)} as lenient
  from due u
), late as (
  select count(*) filter (where l.done > l.strict and l.done <= l.lenient)::int as unsettled,
    count(*) filter (where l.done > l.lenient and l.answered is not null)::int as late,
    count(*) filter (where l.done > l.lenient and l.answered is null)::int as overdue
  from limits l
)
select count(*)::int as rows, count(*) filter (where j.answered is null)::int as open,
  count(*) filter (where not j.possible)::int as misdated,
  (select l.unsettled from late l) as unsettled, (select l.late from late l) as late, (select l.overdue from late l) as overdue
from judged j
having ${open}`,
    returns: columns.map((name) => [name, 'int'] as const),
  };
}

/** Of a month without that day the last one is meant, and of a weekend the Monday after. */
function dueAfter(count: number, unit: Deadline['unit']): string {
  if (unit === 'day') return `j.received + ${count}`;
  const day = `(j.received + pg_catalog.make_interval(months => ${count}))::date`;
  return `${day} + case extract(isodow from ${day}) when 6 then 2 when 7 then 1 else 0 end`;
}

const spareDays = (unit: Deadline['unit']): number => (unit === 'month' ? holidayDays : 0);

/** @param rows absent: they could not be counted */
export function requestsOf(
  declared: DeclaredRequests,
  rows: readonly Row[] | undefined,
): NonNullable<Requests[RequestKind]> {
  const { database, schema, table } = declared;
  const item = { table: dotted([database, schema, table]) };
  if (rows === undefined) return item;
  const [row = {}] = rows;
  const [count, open, misdated, unsettled, late, overdue] = columns.map((name) => integerOf(row, name)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const isKnown = late + overdue > 0 || (count > 0 && misdated + unsettled === 0);
  return { ...item, rows: count, open, misdated, unsettled, ...(isKnown ? { late, overdue } : {}) };
}
