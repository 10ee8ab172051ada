import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Client } from 'pg';
import type { PostgresServer } from '../../src/demo/postgres-server.ts';

/**
 * Gives a server of ours other rules and waits until it goes by them. A server tells its sessions to reload, reads its
 * rules and only then takes another connection: so it is enough that `session`, a superuser's, has reloaded. Times of
 * files have whole seconds, so the lines get to be older than that.
 */
export async function loadRules(
  server: PostgresServer,
  session: Client,
  lines: readonly string[],
): Promise<void> {
  const reloaded = async (): Promise<string> => {
    const { rows } = await session.query('select pg_catalog.pg_conf_load_time()::text as at');
    return rows[0].at;
  };
  const before = await reloaded();
  writeFileSync(join(dirname(server.socketFolder), 'data/pg_hba.conf'), `${lines.join('\n')}\n`);
  await new Promise((resolve) => setTimeout(resolve, 1_010 - (Date.now() % 1_000)));
  await session.query('select pg_catalog.pg_reload_conf()');
  while ((await reloaded()) === before) await new Promise((resolve) => setTimeout(resolve, 2));
}
