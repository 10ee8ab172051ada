import { clientKinds, type Sessions, sessionEncryptions } from './facts/sessions.ts';
import { everyMajor, type Query } from './query.ts';
import { booleanOf, integerOf, type Row, textOf, textsOf } from './row.ts';

/** Of `a`, a row of pg_stat_activity or pg_stat_replication: the kind of client address. */
export const clientKindText = `case when a.client_addr is null then 'socket'
    when a.client_addr <<= '127.0.0.0/8'::inet or a.client_addr = '::1'::inet then 'loopback' else 'remote' end`;

/** Of `s` and `g`, its rows of pg_stat_ssl and pg_stat_gssapi. */
export const encryptionText = `case when s.ssl then s.version::text when g.encrypted then 'gss' else 'none' end`;

export const encryptionJoins = `left join pg_catalog.pg_stat_ssl s on s.pid = a.pid
left join pg_catalog.pg_stat_gssapi g on g.pid = a.pid`;

/**
 * Who has not yet logged in has no session. Of sessions of others a role without pg_read_all_stats sees whose they are, and not even of what kind. Sessions of the
 * scan itself, in whichever database, have its name and its role.
 */
export const sessionsQuery: Query = {
  ...everyMajor,
  name: 'sessions',
  text: `select a.backend_type is null as hidden, coalesce(a.usename::text, '') as role,
  coalesce(a.datname::text, '') as database,
  case a.backend_type when 'walsender' then 'replication' else 'client' end as kind,
  ${clientKindText} as client,
  ${encryptionText} as encryption,
  array_agg(distinct s.cipher::text order by s.cipher::text) filter (where s.ssl) as ciphers,
  count(*)::int as sessions, (count(*) filter (where a.application_name <> ''))::int as named,
  (count(*) filter (where s.client_dn is not null))::int as certificates
from pg_catalog.pg_stat_activity a
${encryptionJoins}
where coalesce(a.backend_type in ('client backend', 'walsender'), true) and a.usesysid is not null
  and a.pid <> pg_catalog.pg_backend_pid()
  and not (a.usename = session_user and a.application_name = pg_catalog.current_setting('application_name'))
group by 1, 2, 3, 4, 5, 6
order by 1, 2, 3, 4, 5, 6`,
};

export const isHidden = (row: Row): boolean => booleanOf(row, 'hidden');

export const sessionsOf = (rows: readonly Row[]): Sessions =>
  rows
    .filter((row) => !isHidden(row))
    .map((row) => ({
      role: textOf(row, 'role'),
      database: textOf(row, 'database'),
      kind: textOf(row, 'kind') === 'replication' ? 'replication' : 'client',
      client: clientKindOf(row),
      encryption: encryptionOf(row),
      ciphers: textsOf(row, 'ciphers'),
      sessions: integerOf(row, 'sessions'),
      named: integerOf(row, 'named'),
      certificates: integerOf(row, 'certificates'),
    }));

type Session = Sessions[number];

export const clientKindOf = (row: Row): Session['client'] =>
  clientKinds.find((known) => known === row['client']) ?? 'remote';

export const encryptionOf = (row: Row): Session['encryption'] =>
  sessionEncryptions.find((known) => known === row['encryption']) ?? 'other';
