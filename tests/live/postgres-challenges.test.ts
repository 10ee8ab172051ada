import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { PostgresServer } from '../../src/demo/postgres-server.ts';
import type { Challenges } from '../../src/postgres/facts/challenges.ts';
import { grantsSql } from '../../src/postgres/grants.ts';
import { assay, removeFolders, temporaryFolder } from '../cli/terminal.ts';
import { selfSigned } from '../postgres/certificate.ts';
import { loadRules } from '../postgres/hba-file.ts';
import { allText, fileWith, look, running, seen, stopAll, targetAt, unseen } from '../postgres/looking.ts';
import { neverSeen } from '../postgres/major.ts';

const certificate = selfSigned('db.test');
const fact = 'postgres.challenges';
const auditor = 'hostssl postgres assay 127.0.0.1/32 scram-sha-256';
const rules = [
  auditor,
  'hostssl app app 127.0.0.1/32 cert',
  'host app +staff 127.0.0.1/32 reject',
  'host replication copier 127.0.0.1/32 trust',
  'host all all 127.0.0.1/32 md5',
];
let server: PostgresServer;
let session: Client;

beforeAll(async () => {
  server = await running({
    password: 'superuser-password',
    hba: [],
    settings: { ssl_ca_file: 'server.crt', log_connections: 'off', password_encryption: 'scram-sha-256' },
    tls: certificate,
  });
  session = new Client({ ...server.superuser, ssl: false });
  await session.connect();
  await session.query(grantsSql({ role: 'assay', platform: 'self-managed' }));
  await session.query(`alter role assay password 'p'; create role staff; create role app login;
    create role clerk login in role staff; create role copier login replication;
    set password_encryption = 'md5'; create role old login password 'o'`);
  await session.query('create database app');
  await loadRules(server, session, rules);
});
afterAll(async () => {
  await session?.end();
  await stopAll();
});

const target = (connection = {}) =>
  targetAt(
    { host: 'db.test', port: server.port, addresses: [server.host] },
    { user: 'assay', password: { kind: 'file', path: fileWith('p') }, ...connection },
    certificate.certificatePem,
  );

const attemptsOf = (value: unknown): Challenges['attempts'] => (value as Challenges).attempts;

describe('what the server asks of each role, database and channel', () => {
  test('is tried for all of them, and is what the rules say', async () => {
    const record = await look(target(), {}, [fact]);
    const { value, completeness } = seen(record, fact);
    const attempts = attemptsOf(value);
    // Six roles that may log in; the databases app, postgres and template1, and replication; TLS and plain TCP.
    expect(attempts).toHaveLength(6 * 4 * 2);
    expect(completeness).toMatchObject([{ returned: 48, total: 48, missing: [] }]);
    expect(attempts.filter(({ asDeclared }) => asDeclared !== true)).toEqual([]);
    const answerTo = (attempt: string) => attempts.find((one) => one.attempt === attempt)?.answer;
    expect(answerTo('app to database app over TLS')).toBe('refused');
    expect(answerTo('app to database app over plain TCP')).toBe('scram');
    expect(answerTo('clerk to database app over TLS')).toBe('refused');
    expect(answerTo('old to database app over plain TCP')).toBe('md5');
    expect(answerTo('old to database postgres over TLS')).toBe('md5');
    expect(answerTo('assay to replication over TLS')).toBe('refused');
    expect(attempts.find(({ attempt }) => attempt === 'app to database postgres over TLS')).toMatchObject({
      mechanisms: ['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256'],
      declared: ['md5', 'scram'],
      rules: ['host all all 127.0.0.1/32 md5'],
    });
    expect(record.connections).toBe(1 + 48);
  });

  test('replication stands open beside "host all all md5"', async () => {
    const attempts = attemptsOf(seen(await look(target(), {}, [fact]), fact).value);
    const open = attempts.filter(({ answer }) => answer === 'let-in');
    expect(open.map(({ attempt }) => attempt)).toEqual([
      'copier to replication over TLS',
      'copier to replication over plain TCP',
    ]);
  });

  test('leaves a line in the log for those that are refused or let in, and sends no credential', async () => {
    const before = (await server.log()).split('\n').length;
    const record = await look(target(), {}, [fact]);
    const lines = (await server.log())
      .split('\n')
      .slice(before - 1)
      .filter((line) => line !== '');
    const refused = attemptsOf(seen(record, fact).value).filter(({ answer }) => answer === 'refused');
    expect(lines.filter((line) => line.includes('FATAL'))).toHaveLength(refused.length);
    expect(lines.filter((line) => !/FATAL|DETAIL/.test(line))).toEqual([]);
    expect(allText(record)).not.toContain('no pg_hba.conf entry');
  });

  test('is compared with the file as it is: rules that the server has not read stand out', async () => {
    const file = join(dirname(server.socketFolder), 'data/pg_hba.conf');
    writeFileSync(file, [auditor, 'host all all 127.0.0.1/32 reject', ''].join('\n'));
    try {
      const attempts = attemptsOf(seen(await look(target(), {}, [fact]), fact).value);
      expect(attempts.find(({ attempt }) => attempt === 'copier to replication over TLS')).toMatchObject({
        answer: 'let-in',
        declared: ['refused'],
        asDeclared: false,
      });
    } finally {
      await loadRules(server, session, rules);
    }
  });

  test('over the socket', async () => {
    await loadRules(server, session, [
      'local postgres postgres scram-sha-256',
      'local all old peer',
      'local all assay password',
      auditor,
    ]);
    try {
      const place = { host: server.socketFolder, port: server.port };
      const password = { kind: 'file', path: fileWith('p') } as const;
      const { value } = seen(await look(targetAt(place, { user: 'assay', password }), {}, [fact]), fact);
      const attempts = attemptsOf(value);
      expect(attempts.every(({ channel, asDeclared }) => channel === 'socket' && asDeclared)).toBe(true);
      expect(
        attempts.find(({ attempt }) => attempt === 'assay to database app over the socket')?.answer,
      ).toBe('password');
      expect(
        attempts.find(({ attempt }) => attempt === 'postgres to database postgres over the socket')?.answer,
      ).toBe('scram');
    } finally {
      await loadRules(server, session, rules);
    }
  });
});

describe('where nobody gets in', () => {
  test('the role and the database of the target are tried, and what they are asked is seen', async () => {
    const stranger = { user: 'copier', database: 'app', password: { kind: 'file', path: fileWith('wrong') } };
    const record = await look(target(stranger), {}, [fact, 'postgres.decisions']);
    expect(unseen(record, 'postgres.decisions').reason.code).toBe('ERR_AUTHENTICATION');
    const { value, completeness } = seen(record, fact);
    expect(attemptsOf(value).map(({ attempt, answer, asDeclared }) => [attempt, answer, asDeclared])).toEqual(
      [
        ['copier to database app over TLS', 'scram', undefined],
        ['copier to replication over TLS', 'let-in', undefined],
        ['copier to database app over plain TCP', 'scram', undefined],
        ['copier to replication over plain TCP', 'let-in', undefined],
      ],
    );
    expect(completeness[0]?.missing).toEqual([
      { what: 'other roles and databases', why: 'nobody got in to ask for them (ERR_AUTHENTICATION)' },
    ]);
    expect(record.connections).toBe(4);
  });

  test('who may not read the rules is told what is asked, not what should be', async () => {
    await session.query("create role plain login password 'p'");
    const { value } = seen(await look(target({ user: 'plain' }), {}, [fact]), fact);
    expect(attemptsOf(value)).toHaveLength(7 * 4 * 2);
    expect(attemptsOf(value).some((one) => 'asDeclared' in one)).toBe(false);
    await session.query('drop role plain');
  });
});

describe('on the command line', () => {
  afterAll(removeFolders);

  const env = { P: 'p' };
  const file = (): string => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'ca.pem'), certificate.certificatePem);
    writeFileSync(
      join(folder, 'assay.yaml'),
      `targets:
  - id: db
    url: postgres://db.test:${server.port}/postgres
    addresses: [${server.host}]
    ca: ca.pem
    credentials: { user: assay, password: "env:P" }
`,
    );
    return folder;
  };

  test('nothing of it is asked unless it is asked for, and the plan tells it', async () => {
    const cwd = file();
    const options = ['--control', 'postgres.auth'];
    const without = await assay(['plan', ...options], { cwd, env });
    expect(without.stdout).not.toContain('StartupMessage');
    const planned = await assay(['plan', ...options, '--probe', 'challenges'], { cwd, env });
    expect([planned.stderr, planned.exitCode]).toEqual(['', 0]);
    expect(planned.stdout).toContain('StartupMessage');
    expect(planned.stdout).toContain('no credential is sent');
  });

  test('a scan finds the door that stands open', async () => {
    const cwd = file();
    const bundle = join(cwd, 'bundle');
    const options = ['--control', 'postgres.auth', '--probe', 'challenges', '--out', bundle];
    const { stdout, stderr, exitCode } = await assay(['scan', ...options], { cwd, env });
    const codes = [...stderr.matchAll(/ERR_[A-Z_]+/g)].map(([code]) => code);
    expect([new Set(codes), exitCode]).toEqual([new Set(Object.values(neverSeen)), 3]);
    const findings = readFileSync(join(bundle, 'data/findings.ndjson'), 'utf8');
    expect(findings).toContain('copier to replication over plain TCP');
    expect(stdout).toContain(
      '2 of 48 items: copier to replication over TLS, copier to replication over plain TCP',
    );
    const verified = await assay(['verify', bundle, '--rederive']);
    expect([verified.stderr, verified.exitCode]).toEqual(['', 0]);
  });
});

describe('hostile servers', () => {
  let fakeServer: Server | undefined;
  const sockets = new Set<Socket>();
  afterEach(() => {
    for (const socket of sockets) socket.destroy();
    fakeServer?.close();
  });

  async function fake(
    answer: (socket: Socket, chunk: Buffer) => void,
  ): Promise<{ port: number; connections: () => number }> {
    let connections = 0;
    fakeServer = createServer((socket) => {
      connections++;
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => answer(socket, chunk));
    });
    fakeServer.listen(0, '127.0.0.1');
    await once(fakeServer, 'listening');
    const address = fakeServer.address();
    if (address === null || typeof address === 'string') throw new Error('expected a port');
    return { port: address.port, connections: () => connections };
  }

  const lookAt = (port: number, timeoutMs = 400) =>
    look(
      targetAt(
        { host: '127.0.0.1', port },
        { user: 'app', tls: 'plaintext', password: { kind: 'env', name: 'P' } },
      ),
      { P: 'canary-password' },
      [fact],
      timeoutMs,
    );

  const isSslRequest = (chunk: Buffer): boolean => chunk.length === 8;
  const flood = (socket: Socket): void => {
    if (!socket.destroyed) socket.write(Buffer.alloc(1 << 20, 'R'), () => flood(socket));
  };

  test.each([
    ['garbage', (socket: Socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'), 'ERR_NOT_POSTGRES'],
    ['nothing', () => undefined, 'ERR_TIMEOUT'],
    ['an end', (socket: Socket) => socket.end(), 'ERR_CLOSED'],
    ['a reset', (socket: Socket) => socket.resetAndDestroy(), 'ERR_RESET'],
    ['a flood', flood, 'ERR_NOT_POSTGRES'],
    [
      'a message that never ends',
      (socket: Socket, chunk: Buffer) =>
        socket.write(isSslRequest(chunk) ? 'N' : Buffer.from('E\0\0\x70\0abc', 'latin1')),
      'ERR_TIMEOUT',
    ],
    ['an error in place of TLS', (socket: Socket) => socket.end('Esorry'), 'ERR_STARTTLS_UNAVAILABLE'],
    ['the start of TLS, and more', (socket: Socket) => socket.write('Smore'), 'ERR_NOT_POSTGRES'],
    [
      'TLS that is none',
      (socket: Socket, chunk: Buffer) => socket.write(isSslRequest(chunk) ? 'S' : 'garbage'),
      /^ERR_/,
    ],
  ])('%s costs one Unseen, after a few connections', async (_, answer, code) => {
    const { port, connections } = await fake(answer);
    const record = await lookAt(port);
    expect(unseen(record, fact).reason.code).toMatch(code);
    expect(connections()).toBeLessThan(8);
    expect(allText(record)).not.toContain('canary-password');
  });

  test('one that declines TLS is tried without, and answers that are no decision are missing', async () => {
    const busy = Buffer.from('SFATAL\0C53300\0Mtoo many\0\0');
    const head = Buffer.from([0x45, 0, 0, 0, busy.length + 4]);
    let startUps = 0;
    const { port } = await fake((socket, chunk) => {
      if (isSslRequest(chunk)) return void socket.write('N');
      // The session of assay is the first to come; its password is not what counts.
      if (chunk[0] === 'p'.charCodeAt(0)) return void socket.end();
      socket.end(
        ++startUps < 3 ? Buffer.from('R\0\0\0\x08\0\0\0\x03', 'latin1') : Buffer.concat([head, busy]),
      );
    });
    const { value, completeness } = seen(await lookAt(port), fact);
    expect(attemptsOf(value).map(({ answer, channel }) => [answer, channel])).toEqual([
      ['password', 'plaintext'],
    ]);
    expect(completeness[0]).toMatchObject({ returned: 1, total: 2 });
    expect(completeness[0]?.basis).toContain('declines TLS');
    expect(completeness[0]?.missing[1]).toMatchObject({ why: expect.stringContaining('53300') });
  });
});
