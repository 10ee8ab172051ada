import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PostgresServer } from '../../src/demo/postgres-server.ts';
import { grantsSql } from '../../src/postgres/grants.ts';
import { type Site, scan, startSite } from '../live/scanning.ts';
import { running, setUp, stopAll } from '../postgres/looking.ts';
import { quiet, rowsOf, stateOf } from '../postgres/untouched.ts';

const binaries = '/usr/lib/postgresql/15/bin';
let site: Site;
let server: PostgresServer;

beforeAll(async () => {
  site = await startSite();
  server = await running({
    password: 'superuser-password',
    binaries,
    hba: ['host all assay 127.0.0.1/32 trust'],
    settings: { ...quiet, wal_level: 'logical' },
  });
  await setUp(server, grantsSql({ role: 'assay', platform: 'self-managed' }));
  await setUp(server, 'create table ledger (id int); insert into ledger select generate_series(1, 100)');
});
afterAll(async () => {
  await stopAll();
  await site.stop();
});

interface WalRecord {
  readonly manager: string;
  readonly transaction: string;
  readonly what: string;
}

/** Every record of the write-ahead log between two places, as PostgreSQL's own tool reads it. */
async function recordsBetween(from: string, to: string): Promise<readonly WalRecord[]> {
  if (from === to) return [];
  const [folder] = await rowsOf(server, "select current_setting('data_directory')");
  // What is in its buffers only cannot be read yet.
  await rowsOf(server, 'select pg_switch_wal()');
  const args = ['-p', `${folder?.[0]}/pg_wal`, '-s', from, '-e', to];
  const text = execFileSync(`${binaries}/pg_waldump`, args, { encoding: 'utf8' });
  const lines = [...text.matchAll(/^rmgr: (\w+) .*? tx: +(\d+), .*? desc: (\w+)/gm)];
  expect(lines).toHaveLength(text.trimEnd().split('\n').length);
  return lines.map(([, manager = '', transaction = '', what = '']) => ({ manager, transaction, what }));
}

const insertPlace = async (): Promise<string> =>
  (await rowsOf(server, 'select pg_current_wal_insert_lsn()::text'))[0]?.[0] ?? '';

const url = (): string => `postgres://assay@127.0.0.1:${server.port}/postgres?sslmode=disable`;

/** What a server writes by itself: running transactions for standbys, its checkpoints. */
const background = ['Standby RUNNING_XACTS', 'XLOG CHECKPOINT_ONLINE'];

test('of a whole scan the write-ahead log holds what the server writes by itself, and nothing else', async () => {
  for (const database of ['postgres', 'template1'])
    await rowsOf(server, 'vacuum (freeze, analyze)', database);
  const before = await stateOf(server);
  const from = await insertPlace();
  const { subjects } = await scan(site, [url()]);
  const to = await insertPlace();
  expect(subjects.flatMap(({ observations }) => observations.map(({ kind }) => kind))).toContain('seen');
  expect(await stateOf(server)).toEqual(before);
  for (const { manager, transaction, what } of await recordsBetween(from, to)) {
    expect(background).toContain(`${manager} ${what}`);
    expect(transaction).toBe('0');
  }
});

test('a write would be in it', async () => {
  const from = await insertPlace();
  await rowsOf(server, 'insert into ledger values (7)');
  const records = await recordsBetween(from, await insertPlace());
  expect(records.map(({ manager, what }) => `${manager} ${what}`)).toEqual(
    expect.arrayContaining(['Heap INSERT', 'Transaction COMMIT']),
  );
  expect(records.map(({ transaction }) => transaction)).not.toEqual(records.map(() => '0'));
});
