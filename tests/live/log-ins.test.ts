import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LogIns } from '../../src/auditlog/facts/log-ins.ts';
import type { PostgresServer } from '../../src/demo/postgres-server.ts';
import { grantsSql } from '../../src/postgres/grants.ts';
import { csvLine } from '../auditlog/reading.ts';
import { assay } from '../cli/terminal.ts';
import {
  copyOf,
  folderOf,
  logTarget,
  lookAtLog,
  sessionOf,
  toldSettings,
  untilQuiet,
} from '../postgres/log-looking.ts';
import { running, setUp, stopAll } from '../postgres/looking.ts';
import { type Site, scan, startSite } from './scanning.ts';

const dayMs = 86_400_000;
const env = { DB_PASSWORD: 'role-password' };
let server: PostgresServer;
let site: Site;

beforeAll(async () => {
  site = await startSite();
  server = await running({
    password: 'superuser-password',
    hba: ['local all all scram-sha-256'],
    settings: { ...toldSettings, log_statement: 'ddl' },
  });
  await setUp(server, grantsSql({ role: 'assay', platform: 'self-managed', log: true }));
  await setUp(server, "alter role assay password 'role-password'");
  await setUp(server, "create role app login password 'app-password'");
  await setUp(server, 'create role glass login');
  await setUp(server, 'do $$ begin create role idle login; end $$');
  await setUp(server, 'create role locked');
  await sessionOf({ ...server.superuser, user: 'app', password: 'app-password' }, ['select 1']);
  const lines = [
    'targets:',
    '  - id: db',
    `    url: postgres://assay@/postgres?host=${server.socketFolder}&port=${server.port}`,
    '    tls: plaintext',
    '    credentials: { password: env:DB_PASSWORD }',
    '    log: { log-in-days: 91 }',
  ];
  writeFileSync(join(site.folder, 'db.yaml'), `${lines.join('\n')}\n`);
});
afterAll(async () => {
  await stopAll();
  await site.stop();
});

async function finding() {
  const { findings, bundle } = await scan(
    site,
    ['--config', 'db.yaml', '--control', 'postgres.role.inactive'],
    {
      env,
    },
  );
  const one = findings.find(({ controlId }) => controlId === 'postgres.role.inactive');
  return {
    reason: one?.reason,
    items: one?.exceptions.map(({ item }) => item),
    subject: one?.subjectId,
    bundle,
  };
}

/** Files from before the server was made: one that ran, let a role in, and was stopped. */
async function keepOlderFile(): Promise<void> {
  const folder = await folderOf(server);
  const path = join(folder, 'postgresql-older.csv');
  const beganMs = Date.now() - 100 * dayMs;
  const session = (pid: number): string => `${Math.floor(beganMs / 1000).toString(16)}.${pid.toString(16)}`;
  const letIn = 'connection authorized: user=idle database=postgres';
  const entries = [
    { atMs: beganMs, session: session(1), line: 1, message: 'starting PostgreSQL 18.1' },
    {
      atMs: beganMs + dayMs,
      session: session(2),
      line: 1,
      user: 'idle',
      tag: 'authentication',
      message: letIn,
    },
    // The server says when it had stopped before: the older file ends no earlier.
    { atMs: Date.now(), session: session(1), line: 2, message: 'database system is shut down' },
  ];
  writeFileSync(path, entries.map(csvLine).join(''));
  utimesSync(path, new Date(beganMs + 2 * dayMs), new Date(beganMs + 2 * dayMs));
}

test('a log of a few minutes tells of no role that it was not used', async () => {
  expect(await finding()).toMatchObject({ reason: 'unseen', items: [], subject: 'db~log' });
});

test('one of a hundred days names the role that nobody used, and none that was used, made lately or cannot log in', async () => {
  await untilQuiet(await folderOf(server));
  await keepOlderFile();
  const { reason, items, bundle } = await finding();
  expect({ reason, items }).toEqual({ reason: 'fail', items: ['idle'] });
  const verified = await assay(['verify', bundle]);
  expect(verified.exitCode, verified.stderr).toBe(0);
});

test('processes of the server itself, which run as its first superuser, are no session of that one', async () => {
  const folder = copyOf(await folderOf(server), (text) =>
    text.replaceAll(`"${server.superuser.user}",`, '"other",'),
  );
  const login = { user: 'assay', password: 'role-password' };
  const target = logTarget(server, { folder, logInDays: 91 }, login);
  const { observations } = await lookAtLog(target, ['auditlog.logIns']);
  const [seen] = observations;
  const { roles } = (seen?.kind === 'seen' ? seen.value : { roles: [] }) as Pick<LogIns, 'roles'>;
  const logIns = Object.fromEntries(roles.map(({ role, logIn }) => [role, logIn]));
  expect(logIns).toMatchObject({ assay: true, [server.superuser.user]: false });
});

test('the mended server has none', async () => {
  await setUp(server, 'alter role idle nologin');
  expect(await finding()).toMatchObject({ reason: 'pass', items: [] });
});

test('without log-in-days nothing is read for it, and the finding says what to set', async () => {
  const path = join(site.folder, 'db.yaml');
  writeFileSync(path, readFileSync(path, 'utf8').replace('{ log-in-days: 91 }', '{}'));
  const args = ['--config', 'db.yaml', '--control', 'postgres.role.inactive'];
  const { findings } = await scan(site, args, { env });
  expect(findings).toMatchObject([{ reason: 'unseen' }]);
  expect(JSON.stringify(findings)).toContain('log-in-days');
});
