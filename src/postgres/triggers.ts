import { type Triggers, triggerKinds, triggerStates } from './facts/triggers.ts';
import { objectName } from './object-name.ts';
import { everyMajor, type Query } from './query.ts';
import { type Row, textOf } from './row.ts';

const stateOf = (column: string): string =>
  `case ${column} when 'O' then 'enabled' when 'A' then 'always' when 'R' then 'replica' else 'disabled' end`;

/**
 * In each database: every event trigger, and of the others those that do not fire for ordinary sessions. Internal
 * triggers carry out constraints and are told by the constraint's name.
 */
export const triggersQuery: Query = {
  ...everyMajor,
  name: 'triggers',
  text: `select 'event' as kind, '' as schema, '' as relation, e.evtname::text as name, ${stateOf('e.evtenabled')} as state
from pg_catalog.pg_event_trigger e
union
select case when t.tgisinternal then 'constraint' else 'table' end, n.nspname::text, c.relname::text,
  coalesce(case when t.tgisinternal then k.conname end, t.tgname)::text, ${stateOf('t.tgenabled')}
from pg_catalog.pg_trigger t
join pg_catalog.pg_class c on c.oid = t.tgrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join pg_catalog.pg_constraint k on k.oid = t.tgconstraint
where t.tgenabled in ('D', 'R') and c.relpersistence <> 't'
order by 1, 2, 3, 4, 5`,
};

export const triggersOf = (rows: readonly Row[], database: string): Triggers =>
  rows.map((row) => {
    const [kind, state] = [textOf(row, 'kind'), textOf(row, 'state')];
    const name = textOf(row, 'name');
    return {
      trigger:
        kind === 'event'
          ? objectName(database, name)
          : objectName(database, textOf(row, 'schema'), textOf(row, 'relation'), name),
      kind: triggerKinds.find((known) => known === kind) ?? 'table',
      state: triggerStates.find((known) => known === state) ?? 'disabled',
    };
  });
