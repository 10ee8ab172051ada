import { type Replication, senderStates } from './facts/replication.ts';
import { everyMajor, type Query } from './query.ts';
import { booleanOf, integerOf, type Row, textOf } from './row.ts';
import { clientKindOf, clientKindText, encryptionJoins, encryptionOf, encryptionText } from './sessions.ts';

/** As floating point numbers, which hold every size below 2^53: an int8 would come as text. */
const bytes = (difference: string): string =>
  `case when ${difference} is not null then greatest(least(${difference}, 9007199254740991), 0)::float8 end`;

const position = `case when pg_catalog.pg_is_in_recovery() then pg_catalog.pg_last_wal_receive_lsn()
    else pg_catalog.pg_current_wal_lsn() end`;

export const standbyQuery: Query = {
  ...everyMajor,
  name: 'standby',
  text: `select pg_catalog.pg_is_in_recovery() as standby, case when pg_catalog.pg_is_in_recovery() then
  extract(epoch from pg_catalog.clock_timestamp() - pg_catalog.pg_last_xact_replay_timestamp())::int end as replay_age_seconds`,
};

/** Without pg_read_all_stats there is nothing but the role and the name of the sessions of others. */
export const sendersQuery: Query = {
  ...everyMajor,
  name: 'senders',
  text: `select a.state is null as hidden, coalesce(a.application_name::text, '') as name,
  coalesce(a.usename::text, '') as role,
  pg_catalog.row_number() over (partition by a.application_name, a.usename order by a.backend_start, a.pid)::int as process,
  ${clientKindText} as client,
  ${encryptionText} as encryption,
  a.state::text as state,
  coalesce(a.sync_state in ('sync', 'quorum'), false) as synchronous,
  ${bytes(`pg_catalog.pg_wal_lsn_diff(${position}, a.replay_lsn)`)} as lag_bytes,
  ceil(extract(epoch from a.replay_lag))::int as lag_seconds
from pg_catalog.pg_stat_replication a
${encryptionJoins}
order by 2, 3, 4`,
};

export const slotsQuery: Query = {
  ...everyMajor,
  name: 'slots',
  text: `select t.slot_name::text as name, t.slot_type::text as kind, t.active,
  ${bytes(`pg_catalog.pg_wal_lsn_diff(${position}, t.restart_lsn)`)} as retained_bytes
from pg_catalog.pg_replication_slots t order by 1`,
};

export interface ReplicationRows {
  readonly standby: readonly Row[];
  readonly senders: readonly Row[];
  readonly slots: readonly Row[];
}

export function replicationOf({ standby: [own = {}], senders, slots }: ReplicationRows): Replication {
  return {
    standby: booleanOf(own, 'standby'),
    ...known(own, 'replay_age_seconds', 'replayAgeSeconds'),
    senders: senders.filter((row) => !booleanOf(row, 'hidden')).map(senderOf),
    slots: slots.map((row) => ({
      name: textOf(row, 'name'),
      kind: textOf(row, 'kind') === 'logical' ? 'logical' : 'physical',
      active: booleanOf(row, 'active'),
      ...known(row, 'retained_bytes', 'retainedBytes'),
    })),
  };
}

function senderOf(row: Row): Replication['senders'][number] {
  return {
    name: textOf(row, 'name'),
    role: textOf(row, 'role'),
    process: integerOf(row, 'process'),
    client: clientKindOf(row),
    encryption: encryptionOf(row),
    state: senderStates.find((state) => state === row['state']) ?? 'startup',
    synchronous: booleanOf(row, 'synchronous'),
    ...known(row, 'lag_bytes', 'lagBytes'),
    ...known(row, 'lag_seconds', 'lagSeconds'),
  };
}

const known = <K extends string>(row: Row, column: string, name: K): { readonly [N in K]?: number } =>
  row[column] === null ? {} : ({ [name]: integerOf(row, column) } as { readonly [N in K]?: number });
