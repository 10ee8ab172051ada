import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serverAccount } from '../../src/demo/postgres-binaries.ts';
import type { PostgresServer } from '../../src/demo/postgres-server.ts';
import type { CollectedRecord, Json, Observation } from '../../src/model/index.ts';
import { grantsSql } from '../../src/postgres/grants.ts';
import { judge, library } from '../control-cases.ts';
import { selfSigned } from '../postgres/certificate.ts';
import {
  allText,
  look,
  running,
  seen,
  seenOverSocket,
  setUp,
  stopAll,
  targetAt,
} from '../postgres/looking.ts';

/** Debian's PostgreSQL 15: the npm package has no pg_basebackup. */
const binaries = '/usr/lib/postgresql/15/bin';
const password = 'canary-copier-password';
const standbys = { standbys: ['second'] };
const fromLoopbackToo = { clients: ['remote', 'loopback'] };

let primary: PostgresServer;
let standby: Standby;

interface Standby {
  readonly host: string;
  readonly port: number;
  readonly superuser: PostgresServer['superuser'];
  stop(): Promise<void>;
}

beforeAll(async () => {
  primary = await running({
    password: 'superuser-password',
    binaries,
    hba: ['local all all trust', 'host replication copier 127.0.0.1/32 scram-sha-256'],
    tls: selfSigned('db.test'),
  });
  await setUp(primary, grantsSql({ role: 'assay', platform: 'self-managed' }));
  await setUp(
    primary,
    `create role plain login; create role copier login replication password '${password}'`,
  );
  standby = await startStandby();
});
afterAll(async () => {
  await standby?.stop();
  await stopAll();
});

async function startStandby(): Promise<Standby> {
  const account = await serverAccount();
  const folder = mkdtempSync(join(tmpdir(), 'assay-standby-'));
  const [data, host] = [join(folder, 'data'), join(folder, 's')];
  for (const path of [data, host]) mkdirSync(path, { mode: 0o700 });
  if (account !== undefined)
    for (const path of [folder, data, host]) chownSync(path, account.uid, account.gid);
  const options = {
    ...account,
    cwd: folder,
    env: { LC_ALL: 'C', PGPASSWORD: password },
    stdio: 'ignore',
  } as const;
  const from = ['-h', primary.host, '-p', String(primary.port), '-U', 'copier'];
  const how = ['-R', '-C', '-S', 'second', '-c', 'fast'];
  execFileSync(join(binaries, 'pg_basebackup'), [...from, '-D', data, ...how], {
    ...options,
    timeout: 60_000,
  });
  const port = await freePort();
  const place = ['-D', data, '-p', String(port), '-k', host, '-h', '127.0.0.1'];
  const child = spawn(join(binaries, 'postgres'), [...place, '-c', 'cluster_name=second'], options);
  return {
    host,
    port,
    superuser: { ...primary.superuser, host, port },
    stop: () => stopped(child).finally(() => rmSync(folder, { recursive: true, force: true })),
  };
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGINT');
  await ended;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('expected a port, got none');
  return address.port;
}

type Place = Pick<Standby, 'host' | 'port'>;

const place = ({ socketFolder, port }: PostgresServer): Place => ({ host: socketFolder, port });

const lookAt = (where: Place, user = 'assay', facts?: readonly string[]): Promise<CollectedRecord> =>
  look(targetAt(where, { user }), {}, facts);

const replicationAt = async (where: Place): Promise<Json> =>
  seen(await lookAt(where, 'assay', ['postgres.replication']), 'postgres.replication').value;

async function verdictOf(id: string, params: Readonly<Record<string, Json>> = {}): Promise<string> {
  const control = library.find(({ loaded }) => loaded.source.control.id === id);
  if (control === undefined) throw new Error(`no control ${id}`);
  const { observations } = await lookAt(place(primary), 'assay', control.loaded.compiled.needs);
  return judge(control.loaded, observations as unknown as readonly Observation[], params).reason;
}

/** What a receiver is told to do takes effect a moment later. */
async function until(id: string, params: Readonly<Record<string, Json>>, verdict: string): Promise<void> {
  while ((await verdictOf(id, params)) !== verdict) await wait(100);
}

const onStandby = (sql: string): Promise<void> => setUp(standby as unknown as PostgresServer, sql);

describe('a standby over TLS', () => {
  test('is seen by its primary, with its slot', async () => {
    await until('postgres.replica.healthy', standbys, 'pass');
    expect(await replicationAt(place(primary))).toEqual({
      standby: false,
      senders: [
        {
          ...{ name: 'second', role: 'copier', process: 1, client: 'loopback', encryption: 'TLSv1.3' },
          ...{ state: 'streaming', synchronous: false, lagBytes: expect.any(Number) },
          lagSeconds: expect.toSatisfy((value) => value === undefined || Number.isInteger(value)),
        },
      ],
      slots: [{ name: 'second', kind: 'physical', active: true, retainedBytes: expect.any(Number) }],
    });
    expect(await verdictOf('postgres.replica.encrypted', fromLoopbackToo)).toBe('pass');
  });

  test('says itself what it is, and every fact of it is seen', async () => {
    const record = await lookAt(standby);
    expect(record.observations.filter(({ kind }) => kind === 'seen').map(({ fact }) => fact)).toEqual(
      seenOverSocket,
    );
    expect(seen(record, 'postgres.replication').value).toMatchObject({
      standby: true,
      senders: [],
      slots: [],
    });
    expect(allText(record)).not.toContain(password);
  });

  test('is another node of the same system', async () => {
    const [one, other] = [await lookAt(place(primary)), await lookAt(standby)].map(
      ({ identity }) => identity,
    );
    expect(other?.['system-identifier']).toBe(one?.['system-identifier']);
    expect([one?.['node'], other?.['node']]).toEqual(['primary', 'standby']);
    expect(other?.['started']).not.toBe(one?.['started']);
  });

  test('is not complete to a role that sees its own sessions alone', async () => {
    const [list] = seen(
      await lookAt(place(primary), 'plain', ['postgres.replication']),
      'postgres.replication',
    ).completeness;
    expect(list).toMatchObject({
      list: '/senders',
      returned: 0,
      total: 1,
      missing: [{ what: '1 sessions of replication' }],
    });
  });

  test('that stops replaying falls behind, and is healthy again when it has caught up', async () => {
    await onStandby('select pg_wal_replay_pause()');
    await setUp(primary, "create table filler as select repeat('x', 1000) from generate_series(1, 5000)");
    await until('postgres.replica.healthy', { ...standbys, maximumLagMegabytes: 1 }, 'fail');
    expect(await verdictOf('postgres.replica.healthy', standbys)).toBe('pass');
    await onStandby('select pg_wal_replay_resume()');
    await until('postgres.replica.healthy', { ...standbys, maximumLagMegabytes: 1 }, 'pass');
    expect(await replicationAt(standby)).toMatchObject({ replayAgeSeconds: expect.any(Number) });
  });

  test('that comes in the clear is an exception, until it comes over TLS again', async () => {
    const conninfo = (mode: string) =>
      `host=127.0.0.1 port=${primary.port} user=copier password=${password} sslmode=${mode}`;
    await onStandby(`alter system set primary_conninfo = '${conninfo('disable')}'`);
    await onStandby('select pg_reload_conf()');
    await until('postgres.replica.encrypted', fromLoopbackToo, 'fail');
    await onStandby(`alter system set primary_conninfo = '${conninfo('require')}'`);
    await onStandby('select pg_reload_conf()');
    await until('postgres.replica.encrypted', fromLoopbackToo, 'pass');
  });

  test('that is gone is an exception, and log is kept for it', async () => {
    await standby.stop();
    await until('postgres.replica.healthy', standbys, 'fail');
    expect(await replicationAt(place(primary))).toMatchObject({
      senders: [],
      slots: [{ name: 'second', active: false, retainedBytes: expect.any(Number) }],
    });
  });
});

test('without data checksums, damage would not be found', async () => {
  const record = await lookAt(place(primary));
  expect(seen(record, 'postgres.damage').value).toContainEqual({ database: 'postgres' });
  expect(await verdictOf('postgres.param.data-checksums')).toBe('fail');
});
