import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';
import type { PostgresServer } from '../../src/demo/postgres-server.ts';

/** Settings under which nothing but sessions changes what `stateOf` compares. */
export const quiet = {
  autovacuum: 'off',
  checkpoint_timeout: '1d',
  log_statement: 'all',
  log_line_prefix: '%a|',
} as const;

/** What a look must leave as it is. */
export interface State {
  /** The next transaction id: the same afterwards where no session was assigned one. */
  readonly nextTransaction: string;
  /** Rows inserted, updated and deleted since the server's start, by database. */
  readonly written: Readonly<Record<string, string>>;
  /** Digests of every row of each catalog, statistics apart, with where the row is and who wrote it. */
  readonly catalogs: Readonly<Record<string, string>>;
  /** Digests of the files that the server is configured by. */
  readonly files: Readonly<Record<string, string>>;
  /** How often the tables that are not the server's own were read, by database. */
  readonly read: Readonly<Record<string, string>>;
}

export async function stateOf(server: PostgresServer): Promise<State> {
  await lookersGone(server);
  const [next] = await rowsOf(server, 'select txid_snapshot_xmax(txid_current_snapshot())::text');
  const databases = (
    await rowsOf(server, 'select datname::text from pg_database where datallowconn order by 1')
  ).flat();
  const inside = await Promise.all(databases.map((database) => insideOf(server, database)));
  return {
    nextTransaction: next?.[0] ?? '',
    written: Object.fromEntries(await rowsOf(server, writtenSql)) as State['written'],
    catalogs: Object.assign({}, ...inside.map(({ catalogs }) => catalogs)),
    files: Object.fromEntries(await rowsOf(server, filesSql)) as State['files'],
    read: Object.fromEntries(inside.map(({ database, read }) => [database, read])),
  };
}

const writtenSql = `select datname::text, tup_inserted || ' ' || tup_updated || ' ' || tup_deleted
  from pg_stat_database where datname is not null order by 1`;

const filesSql = `select s.name, md5(pg_read_binary_file(s.setting))
  from pg_settings s where s.name in ('config_file', 'hba_file', 'ident_file')
  union all select 'auto', md5(pg_read_binary_file('postgresql.auto.conf')) order by 1`;

async function insideOf(server: PostgresServer, database: string) {
  const names = await rowsOf(
    server,
    `select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'pg_catalog' and c.relkind = 'r' and c.relname not like 'pg_statistic%' order by 1`,
    database,
  );
  const digests = names.map(
    ([name]) => `select '${database} ${name}',
      md5(string_agg(concat_ws(' ', t.ctid, t.xmin, t.xmax, t::text), chr(10) order by t.ctid))
      from pg_catalog.${name} t`,
  );
  const [read] = await rowsOf(
    server,
    'select coalesce(sum(seq_scan + coalesce(idx_scan, 0)), 0)::text from pg_stat_user_tables',
    database,
  );
  const catalogs = Object.fromEntries(await rowsOf(server, digests.join(' union all '), database));
  return { database, catalogs, read: read?.[0] ?? '' };
}

/** Before version 15 what a session counted may be shown this much later. */
const statisticsIntervalMs = 500;

/** What a session counted is added up when it ends. */
async function lookersGone(server: PostgresServer): Promise<void> {
  const sql = `select pid::text from pg_stat_activity where application_name like 'assay/%'`;
  while ((await rowsOf(server, sql)).length > 0) await wait(20);
  await statisticsShown(server);
}

/** Until the statistics say what was counted, or set back, before. */
export async function statisticsShown(server: PostgresServer): Promise<void> {
  const [version] = await rowsOf(server, "select current_setting('server_version_num')");
  if (Number(version?.[0]) < 150_000) await wait(2 * statisticsIntervalMs);
}

export async function rowsOf(
  server: PostgresServer,
  sql: string,
  database = 'postgres',
): Promise<readonly (readonly string[])[]> {
  const client = new Client({ ...server.superuser, database, ssl: false });
  await client.connect();
  try {
    return (await client.query({ text: sql, rowMode: 'array' })).rows as readonly (readonly string[])[];
  } finally {
    await client.end();
  }
}
