import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PostgresServer } from '../../src/demo/postgres-server.ts';
import { grantsSql } from '../../src/postgres/grants.ts';
import { assay } from '../cli/terminal.ts';
import { sessionOf, toldSettings } from '../postgres/log-looking.ts';
import { running, setUp, stopAll } from '../postgres/looking.ts';
import { type Site, scan, startSite } from './scanning.ts';

const env = { DB_PASSWORD: 'p' };
const control = 'access.vendor.activity-monitored';
let server: PostgresServer;
let site: Site;

beforeAll(async () => {
  site = await startSite();
  server = await running({
    password: 'superuser-password',
    hba: ['local all all scram-sha-256'],
    settings: toldSettings,
  });
  await setUp(server, grantsSql({ role: 'assay', platform: 'self-managed', log: true }));
  await setUp(server, "alter role assay password 'p'");
  for (const role of ['vendor', 'glass']) await setUp(server, `create role ${role} login password 'p'`);
  await sessionOf({ ...server.superuser, user: 'vendor', password: 'p' }, ['select 1']);
});
afterAll(async () => {
  await stopAll();
  await site.stop();
});

async function judge(rows: readonly string[]) {
  const today = new Date().toISOString().slice(0, 10);
  const lines = [
    'targets:',
    '  - id: db',
    `    url: postgres://assay@/postgres?host=${server.socketFolder}&port=${server.port}`,
    '    tls: plaintext',
    '    credentials: { password: env:DB_PASSWORD }',
    '    log: {}',
    `registers: { windows: { file: windows.csv, date: ${today} } }`,
  ];
  writeFileSync(join(site.folder, 'db.yaml'), `${lines.join('\n')}\n`);
  writeFileSync(
    join(site.folder, 'windows.csv'),
    `system,account,from,to,approved-by,ticket\n${rows.join('\n')}\n`,
  );
  const { findings, bundle } = await scan(site, ['--config', 'db.yaml', '--control', control], { env });
  const [finding] = findings;
  return { reason: finding?.reason, items: finding?.exceptions.map(({ item }) => item), bundle };
}

/** A day before now and one after it. */
const days = (from: number, to: number): string =>
  [from, to].map((day) => new Date(Date.now() + day * 86_400_000).toISOString().replace(/\.\d+/, '')).join();

test('a log-in outside of the windows is an exception, and an account that was not used is none', async () => {
  const { reason, items, bundle } = await judge([`db,vendor,${days(-9, -8)},anna,T-1`, 'db,glass,,,,']);
  expect({ reason, items }).toEqual({ reason: 'fail', items: ['db vendor'] });
  const verified = await assay(['verify', bundle]);
  expect(verified.exitCode, verified.stderr).toBe(0);
});

test('within a window there is none', async () => {
  expect(await judge([`db,vendor,${days(-1, 1)},anna,T-1`, 'db,glass,,,,'])).toMatchObject({
    reason: 'pass',
  });
});

test('where log-ins were not logged for a while nothing is known', async () => {
  for (const value of ['off', 'on']) {
    await setUp(server, `alter system set log_connections = ${value}`);
    await setUp(server, 'select pg_reload_conf(), pg_sleep(0.5)');
  }
  const rows = [`db,vendor,${days(-1, 1)},anna,T-1`];
  expect(await judge(rows)).toMatchObject({ reason: 'unseen', items: [] });
});
