import type { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PostgresServer } from '../../src/demo/postgres-server.ts';
import { grantsSql } from '../../src/postgres/grants.ts';
import { assay } from '../cli/terminal.ts';
import { selfSigned } from '../postgres/certificate.ts';
import {
  codes,
  look,
  running,
  seen,
  setUp,
  stopAll,
  targetAt,
  undeclaredFacts,
  unseen,
} from '../postgres/looking.ts';
import { neverSeen } from '../postgres/major.ts';
import { rowsOf } from '../postgres/untouched.ts';
import { codesOf, type Site, scan, startSite } from './scanning.ts';

let site: Site;
let server: PostgresServer;

beforeAll(async () => {
  site = await startSite();
  server = await running({
    password: 'superuser-password',
    hba: [
      'host postgres,template0,nowhere assay 127.0.0.1/32 trust',
      'hostssl clinic assay 127.0.0.1/32 trust',
      'host all app,nobody 127.0.0.1/32 scram-sha-256',
    ],
    tls: selfSigned('db.test'),
  });
  await setUp(server, grantsSql({ role: 'assay', platform: 'self-managed' }));
  await setUp(server, "create role app login password 'right'; create role shut login");
  await setUp(server, 'create database clinic');
});
afterAll(async () => {
  await stopAll();
  await site.stop();
});

const target = (connection = {}) =>
  targetAt(
    { host: '127.0.0.1', port: server.port },
    { user: 'assay', tls: 'plaintext', tlsGiven: true, ...connection },
  );

/** Keeps everybody else from the authentication rules until it is told to let go. */
async function holdingRules(): Promise<Client> {
  const client = new Client({ ...server.superuser, ssl: false });
  client.on('error', () => undefined);
  await client.connect();
  await client.query('begin; lock table pg_catalog.pg_hba_file_rules in access exclusive mode');
  return client;
}

async function untilItWaits(): Promise<void> {
  const waiting = `select '1' from pg_stat_activity where application_name like 'assay/%' and wait_event_type = 'Lock'`;
  while ((await rowsOf(server, waiting)).length === 0) await wait(10);
}

test('a query that is waited for too long costs its own fact alone', async () => {
  const holder = await holdingRules();
  try {
    const facts = ['postgres.hba', 'postgres.roles', 'postgres.settings'];
    const record = await look(target(), {}, facts, 1_000);
    expect(codes(record)).toEqual({
      'postgres.hba': 'ERR_TIMEOUT',
      'postgres.roles': 'seen',
      'postgres.settings': 'seen',
    });
    expect(unseen(record, 'postgres.hba').reason.message).toContain('query hba');
  } finally {
    await holder.end();
  }
});

describe('a server that is restarted while it is looked at', () => {
  test('what was seen before stays, the rest is closed, and is there for a second look', async () => {
    const facts = ['postgres.roles', 'postgres.hba', 'postgres.settings', 'postgres.functions'];
    await holdingRules();
    const looking = look(target(), {}, facts);
    await untilItWaits();
    await server.restart();
    const first = await looking;
    expect(codes(first)).toEqual({
      'postgres.functions': 'ERR_CLOSED',
      'postgres.hba': 'ERR_CLOSED',
      'postgres.roles': 'seen',
      'postgres.settings': 'ERR_CLOSED',
    });
    const second = await look(target(), {}, facts);
    expect(new Set(Object.values(codes(second)))).toEqual(new Set(['seen']));
    expect(seen(second, 'postgres.roles').value).toEqual(seen(first, 'postgres.roles').value);
  });

  test('a scan ends with a bundle that verifies', async () => {
    await holdingRules();
    const url = `postgres://assay@127.0.0.1:${server.port}/postgres?sslmode=disable`;
    const scanning = scan(site, [url]);
    await untilItWaits();
    await server.restart();
    const { bundle, exitCode, subjects } = await scanning;
    const expected = ['ERR_CLOSED', 'ERR_RESET', 'ERR_UNREACHABLE', ...Object.values(neverSeen)];
    for (const subject of subjects) for (const code of codesOf(subject)) expect(expected).toContain(code);
    expect([3, 4]).toContain(exitCode);
    expect((await assay(['verify', bundle])).exitCode).toBe(0);
  });
});

/** What the network gets to see needs no log-in. */
const behindLogIn = undeclaredFacts.filter((name) => name !== 'postgres.challenges');

describe('a log-in that fails says why, for every fact', () => {
  test.each([
    ['a wrong password', { user: 'app', password: { kind: 'env', name: 'WRONG' } }, 'ERR_AUTHENTICATION'],
    ['none', { user: 'app' }, 'ERR_AUTHENTICATION'],
    ['no such role', { user: 'nobody' }, 'ERR_AUTHENTICATION'],
    ['no such database', { database: 'nowhere' }, 'ERR_DATABASE'],
    ['a database that admits nobody', { database: 'template0' }, 'ERR_DATABASE'],
    ['rules that want TLS, and none', { database: 'clinic' }, 'ERR_AUTHENTICATION'],
    ['no rule', { user: 'shut' }, 'ERR_AUTHENTICATION'],
    ['a certificate of nobody we trust', { tls: 'verified' }, 'ERR_TLS_UNTRUSTED'],
  ])('%s', async (_, connection, code) => {
    const record = await look(target(connection), { WRONG: 'wrong' }, behindLogIn);
    expect(new Set(Object.values(codes(record)))).toEqual(new Set([code]));
  });
});

describe('a server that stalls', () => {
  const authenticated = Buffer.from('5200000008000000005a0000000549', 'hex');

  test.each([
    ['after the start-up packet', () => undefined],
    [
      'after it has let us in',
      (socket: Socket) => void socket.once('data', () => socket.write(authenticated)),
    ],
  ])('%s is not waited for longer than the limit', async (_, serve) => {
    const { port } = await site.fake(serve);
    const place = targetAt({ host: '127.0.0.1', port }, { user: 'assay', tls: 'plaintext', tlsGiven: true });
    const record = await look(place, {}, behindLogIn, 300);
    expect(new Set(Object.values(codes(record)))).toEqual(new Set(['ERR_TIMEOUT']));
    expect(record.connections).toBe(0);
  });
});
