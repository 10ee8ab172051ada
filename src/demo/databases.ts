import { Client } from 'pg';
import { grantsSql } from '../postgres/grants.ts';
import type { KeyAndCertificate } from './certificates.ts';
import { type PostgresServer, type StartedPostgres, startPostgres } from './postgres-server.ts';

/** The role that the demonstration scans as, made by the grants that assay prints. */
export const auditorRole = 'assay';

export interface DatabaseSecrets {
  readonly superuserPassword: string;
  readonly auditorPassword: string;
}

/** TLS only, SCRAM only, from one network, connections logged, its log archived. */
export function startHardenedDatabase(
  identity: KeyAndCertificate,
  secrets: DatabaseSecrets,
  path: string,
): Promise<StartedPostgres> {
  return startDatabase(
    {
      password: secrets.superuserPassword,
      path,
      tls: identity,
      hba: ['hostssl all assay 127.0.0.1/32 scram-sha-256', 'hostssl all app 127.0.0.1/32 scram-sha-256'],
      settings: {
        ssl_min_protocol_version: 'TLSv1.2',
        password_encryption: 'scram-sha-256',
        log_connections: 'on',
        log_disconnections: 'on',
        log_line_prefix: '%m [%p] %q%u@%d %h %a ',
        log_parameter_max_length: '0',
        log_parameter_max_length_on_error: '0',
        idle_session_timeout: '15min',
        archive_mode: 'on',
        archive_command: 'mkdir -p archived && cp %p archived/%f',
        archive_timeout: '1min',
      },
    },
    secrets,
    ['create role app login password null', 'revoke create on schema public from public', archived],
  );
}

/** Ends a file of the write-ahead log, and waits until it is archived. */
const archived = `do $$ begin
  perform pg_logical_emit_message(false, 'assay', 'demo');
  perform pg_switch_wal();
  for attempt in 1..500 loop
    perform pg_sleep(0.01), pg_stat_clear_snapshot();
    exit when (select archived_count > 0 from pg_stat_archiver);
  end loop;
end $$`;

/** No TLS, anyone from anywhere, old password hashes, a second superuser. */
export function startWeakDatabase(secrets: DatabaseSecrets, path: string): Promise<StartedPostgres> {
  return startDatabase(
    {
      password: secrets.superuserPassword,
      path,
      hba: ['host all all 127.0.0.1/32 trust', 'host all all 0.0.0.0/0 md5'],
      settings: { password_encryption: 'md5', log_connections: 'off' },
    },
    secrets,
    [
      `create role app login superuser password ${literal(secrets.auditorPassword)}`,
      'grant create on schema public to public',
      'create table orders (id int)',
      'grant select on orders to public',
    ],
  );
}

async function startDatabase(
  options: Parameters<typeof startPostgres>[0],
  { auditorPassword }: DatabaseSecrets,
  statements: readonly string[],
): Promise<StartedPostgres> {
  const started = await startPostgres(options);
  if (started.kind === 'unavailable') return started;
  try {
    await setUp(started.server, [
      ...statements,
      grantsSql({ role: auditorRole, platform: 'self-managed' }),
      `alter role ${auditorRole} password ${literal(auditorPassword)}`,
    ]);
    return started;
  } catch (error) {
    await started.server.stop();
    throw error;
  }
}

async function setUp({ superuser }: PostgresServer, statements: readonly string[]): Promise<void> {
  const client = new Client(superuser);
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
