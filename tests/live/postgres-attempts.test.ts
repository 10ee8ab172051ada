import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { PostgresServer } from '../../src/demo/postgres-server.ts';
import type { DefaultPasswords } from '../../src/model/index.ts';
import type { Attempts } from '../../src/postgres/facts/attempts.ts';
import { grantsSql } from '../../src/postgres/grants.ts';
import { assay, removeFolders, temporaryFolder } from '../cli/terminal.ts';
import { selfSigned } from '../postgres/certificate.ts';
import { allText, fileWith, look, running, seen, stopAll, targetAt, unseen } from '../postgres/looking.ts';
import { testedMajor } from '../postgres/major.ts';

const certificate = selfSigned('db.test');
const fact = 'postgres.attempts';
const vendor = 'canary-vendor-password';
let server: PostgresServer;
let session: Client;

beforeAll(async () => {
  server = await running({
    password: 'superuser-password',
    hba: [
      'host all shut 127.0.0.1/32 reject',
      'host all open 127.0.0.1/32 trust',
      'host all spoken 127.0.0.1/32 password',
      'hostssl all all 127.0.0.1/32 md5',
    ],
    settings: { log_connections: 'on', log_statement: 'all', password_encryption: 'scram-sha-256' },
    tls: certificate,
  });
  session = new Client({ ...server.superuser, ssl: false });
  await session.connect();
  await session.query(grantsSql({ role: 'assay', platform: 'self-managed' }));
  await session.query(`alter role assay password 'p'; create role shut login password 'shut';
    create role open login; create role spoken login password 'spoken'; create role strong login password 'a';
    create role lazy login password '${vendor}'; create role gone password 'gone';
    create role over login password 'over' valid until '2020-01-01'; create role full login password 'full' connection limit 0;
    set password_encryption = 'md5'; create role old login password 'old'`);
});
afterAll(async () => {
  await session?.end();
  await stopAll();
  removeFolders();
});

const named = (...roles: readonly string[]): readonly DefaultPasswords[] =>
  roles.map((role) => ({ role, passwords: [{ kind: 'role-name' }] }));

const target = (defaultPasswords: readonly DefaultPasswords[], connection = {}) =>
  targetAt(
    { host: 'db.test', port: server.port, addresses: [server.host] },
    { user: 'assay', password: { kind: 'file', path: fileWith('p') }, defaultPasswords, ...connection },
    certificate.certificatePem,
  );

const outcomesOf = (value: unknown): readonly (readonly [string, string])[] =>
  (value as Attempts).attempts.map(({ attempt, outcome }) => [attempt, outcome]);

describe('a log-in with each declared password', () => {
  test('says what the server makes of it', async () => {
    const roles = ['spoken', 'old', 'full', 'open', 'gone', 'over', 'strong', 'nobody', 'shut'];
    const record = await look(target(named(...roles)), {}, [fact]);
    const { value, completeness } = seen(record, fact);
    expect(outcomesOf(value)).toEqual([
      ['attempt 1 of 1 for role spoken', 'accepted'],
      ['attempt 1 of 1 for role old', 'accepted'],
      // The password is right, and the server has no connection left for the role.
      ['attempt 1 of 1 for role full', 'accepted'],
      ['attempt 1 of 1 for role open', 'let-in'],
      ['attempt 1 of 1 for role gone', 'disabled'],
      ['attempt 1 of 1 for role over', 'refused'],
      ['attempt 1 of 1 for role strong', 'refused'],
      ['attempt 1 of 1 for role nobody', 'refused'],
    ]);
    expect(completeness).toMatchObject([{ list: '/attempts', returned: 8, total: 9 }]);
    expect(completeness[0]?.missing).toEqual([
      { what: 'attempt 1 of 1 for role shut', why: expect.stringContaining('did not ask for a password') },
    ]);
    expect(record.connections).toBe(1 + 9);
  }, 30_000);

  test('ends at once, is said by its number alone, and a role that is in is not tried again', async () => {
    const lines = (await server.log()).split('\n').length;
    const declared: readonly DefaultPasswords[] = [
      {
        role: 'lazy',
        passwords: [
          { kind: 'role-name' },
          { kind: 'env', name: 'VENDOR' },
          { kind: 'file', path: fileWith('other') },
        ],
      },
    ];
    const record = await look(target(declared), { VENDOR: vendor }, [fact]);
    const { value, completeness } = seen(record, fact);
    expect(outcomesOf(value)).toEqual([
      ['attempt 1 of 3 for role lazy', 'refused'],
      ['attempt 2 of 3 for role lazy', 'accepted'],
    ]);
    expect(completeness[0]?.missing).toEqual([
      { what: 'attempt 3 of 3 for role lazy', why: 'not tried: the role was let in' },
    ]);
    expect(allText(record)).not.toContain(vendor);
    const told = allText({ ...record, subject: { ...record.subject, postgres: undefined } as never });
    for (const word of ['VENDOR', 'role-name']) expect(told).not.toContain(word);
    const ofLazy = (await server.log())
      .split('\n')
      .slice(lines - 1)
      .join('\n');
    expect(ofLazy).toContain('user=lazy');
    expect(ofLazy).not.toMatch(/statement:.*lazy|execute.*lazy/);
  }, 30_000);

  test.runIf(testedMajor >= 17)('a session that a trigger on log-ins ends had begun', async () => {
    await session.query(`create function keep_out() returns event_trigger language plpgsql as
      $$begin if session_user = 'spoken' then raise exception 'no' using errcode = '28000'; end if; end$$;
      create event trigger keep_out on login execute function keep_out()`);
    const record = await look(target(named('spoken')), {}, [fact]);
    await session.query('drop event trigger keep_out; drop function keep_out()');
    expect(outcomesOf(seen(record, fact).value)).toEqual([['attempt 1 of 1 for role spoken', 'accepted']]);
  });

  test('needs nobody else to be let in', async () => {
    const stranger = { password: { kind: 'file', path: fileWith('wrong') } };
    const record = await look(target(named('spoken'), stranger), {}, [fact]);
    expect(outcomesOf(seen(record, fact).value)).toEqual([['attempt 1 of 1 for role spoken', 'accepted']]);
  });

  test('is not made where nothing is declared, or a password cannot be read', async () => {
    expect(unseen(await look(target([]), {}, [fact]), fact).reason.code).toBe('ERR_NOT_DECLARED');
    const nowhere = [{ role: 'lazy', passwords: [{ kind: 'env', name: 'NOWHERE' } as const] }];
    const record = await look(target([...named('spoken'), ...nowhere]), {}, [fact]);
    const { reason } = unseen(record, fact);
    expect(reason.code).toBe('ERR_CREDENTIAL');
    expect(JSON.stringify(reason)).toContain('attempt 1 of 1 for role lazy');
    expect(JSON.stringify(reason)).not.toContain('NOWHERE');
    expect(record.connections).toBe(1);
  });

  test.each([
    ['a mark', '\uFEFFspoken'],
    ['UTF-16', 's\0p\0o\0k\0e\0n\0'],
    ['another encoding', 'sp\uFFFDken'],
    ['several lines', '# of the vendor\nspoken\n'],
  ])('is not made with a text in %s, whose refusal would prove nothing', async (_, text) => {
    const declared = [{ role: 'spoken', passwords: [{ kind: 'file', path: fileWith(text) } as const] }];
    const { reason } = unseen(await look(target(declared), {}, [fact]), fact);
    expect(reason.code).toBe('ERR_CREDENTIAL');
  });

  test('is not made over less than the target asks for', async () => {
    const elsewhere = targetAt(
      { host: 'other.test', port: server.port, addresses: [server.host] },
      { user: 'assay', defaultPasswords: named('spoken') },
      certificate.certificatePem,
    );
    const record = await look(elsewhere, {}, [fact]);
    expect(unseen(record, fact).reason.code).toBe('ERR_TLS_UNTRUSTED');
  });
});

describe('on the command line', () => {
  const env = { P: 'p', VENDOR: vendor };
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
    default-passwords: [{ role: lazy, passwords: [role-name, "env:VENDOR"] }, { role: strong, passwords: [role-name] }]
`,
    );
    return folder;
  };

  test('the plan counts them, where they are asked for', async () => {
    const cwd = file();
    const all = ['plan', '--control', 'postgres.auth'];
    expect((await assay(all, { cwd, env })).stdout).not.toContain('default-passwords');
    const { stdout, stderr, exitCode } = await assay([...all, '--probe', 'attempts'], { cwd, env });
    expect([stderr, exitCode]).toEqual(['', 0]);
    expect(stdout).toContain('postgres.attempts: at most 3 connections');
    expect(stdout).toContain('log-ins as role lazy: 2, one for each password');
    expect(stdout).toContain('log-ins as role strong: 1, one for each password');
    for (const word of [vendor, 'env:VENDOR']) expect(stdout).not.toContain(word);
  });

  test('a scan finds the password that is in force, and nothing that it writes says which', async () => {
    const cwd = file();
    const bundle = join(cwd, 'bundle');
    const scan = ['scan', '--control', 'postgres.auth.default-password-refused', '--out', bundle];
    const { stdout, stderr, exitCode } = await assay(scan, { cwd, env });
    const codes = [...stderr.matchAll(/ERR_[A-Z_]+/g)].map(([code]) => code);
    expect([new Set(codes), exitCode]).toEqual([new Set(), 3]);
    expect(stdout).toContain('1 of 3 items: attempt 2 of 2 for role lazy');
    const written = readdirSync(bundle, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !/[/]data[/](controls|schemas)$/.test(entry.parentPath))
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
    expect(written.length).toBeGreaterThan(8);
    for (const text of [stdout, stderr, ...written])
      for (const word of [vendor, 'VENDOR', 'role-name']) expect(text).not.toContain(word);
    const verified = await assay(['verify', bundle, '--rederive']);
    expect([verified.stderr, verified.exitCode]).toEqual(['', 0]);
  }, 30_000);
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

  const lookAt = (port: number, tls: 'plaintext' | 'unverified' = 'plaintext', timeoutMs = 400) =>
    look(
      targetAt(
        { host: '127.0.0.1', port },
        {
          ...{ user: 'app', tls, password: { kind: 'env', name: 'P' } },
          defaultPasswords: [
            { role: 'one', passwords: [{ kind: 'env', name: 'VENDOR' }, { kind: 'role-name' }] },
            { role: 'two', passwords: [{ kind: 'role-name' }] },
          ],
        },
      ),
      { P: 'own-password', VENDOR: 'ABC12' },
      [fact],
      timeoutMs,
    );

  const cleartext = Buffer.from('R\0\0\0\x08\0\0\0\x03', 'latin1');
  const error = (sqlState: string): Buffer => {
    const body = Buffer.from(`SFATAL\0C${sqlState}\0Mno\0\0`);
    return Buffer.concat([Buffer.from([0x45, 0, 0, 0, body.length + 4]), body]);
  };
  const isPassword = (chunk: Buffer): boolean => chunk[0] === 'p'.charCodeAt(0);
  const userIn = (chunk: Buffer): string => /user\0([^\0]*)/.exec(chunk.toString('latin1'))?.[1] ?? '';

  test.each([
    ['nothing', () => undefined, 'ERR_TIMEOUT'],
    ['an end', (socket: Socket) => socket.end(), 'ERR_CLOSED'],
    [
      'a request for a password, and then nothing',
      (socket: Socket, chunk: Buffer) => (isPassword(chunk) ? undefined : socket.write(cleartext)),
      'ERR_TIMEOUT',
    ],
  ])('%s costs one log-in and one Unseen', async (_, answer, code) => {
    const { port, connections } = await fake(answer);
    const record = await lookAt(port);
    expect(unseen(record, fact).reason.code).toBe(code);
    // The session of assay, and the first attempt.
    expect(connections()).toBe(2);
    expect(allText(record)).not.toContain('ABC12');
  });

  test('one that declines TLS gets no password', async () => {
    const received: Buffer[] = [];
    const { port } = await fake((socket, chunk) => {
      received.push(chunk);
      socket.write(chunk.length === 8 ? 'N' : cleartext);
    });
    expect(unseen(await lookAt(port, 'unverified'), fact).reason.code).toBe('ERR_UNPROTECTED_CREDENTIAL');
    expect(Buffer.concat(received).includes('ABC12')).toBe(false);
  });

  test.each(['XX000', '53300', 'ABC12'])('after %s, which may be a lock, nobody is tried', async (code) => {
    const users: string[] = [];
    const { port } = await fake((socket, chunk) => {
      if (isPassword(chunk)) return void socket.end(error(users.at(-1) === 'app' ? '28P01' : code));
      users.push(userIn(chunk));
      socket.write(cleartext);
    });
    const record = await lookAt(port);
    const { value, completeness } = seen(record, fact);
    expect(value).toEqual({ attempts: [] });
    expect(users).toEqual(['app', 'one']);
    expect(completeness[0]?.missing.map(({ what }) => what)).toEqual([
      'attempt 1 of 2 for role one',
      'attempt 2 of 2 for role one',
      'attempt 1 of 1 for role two',
    ]);
    // A server may say the password itself where a code belongs.
    expect(allText(record)).not.toContain('ABC12');
  });

  const sasl = Buffer.from('R\0\0\0\x17\0\0\0\x0aSCRAM-SHA-256\0\0', 'latin1');
  const challenge = (chunk: Buffer, iterations: number): Buffer => {
    const nonce = /r=([^,\0]+)$/.exec(chunk.toString('latin1'))?.[1] ?? '';
    const body = Buffer.from(`\0\0\0\x0br=${nonce}more,s=c2FsdA==,i=${iterations}`, 'latin1');
    const head = Buffer.from([0x52, 0, 0, 0, body.length + 4]);
    return Buffer.concat([head, body]);
  };

  test('a refusal before the proof of the password says nothing about it', async () => {
    const { port } = await fake((socket, chunk) =>
      isPassword(chunk) ? void socket.end(error('28P01')) : void socket.write(sasl),
    );
    const { value, completeness } = seen(await lookAt(port), fact);
    expect(value).toEqual({ attempts: [] });
    expect(completeness[0]?.missing).toHaveLength(3);
  });

  test('a request for a token, as oauth makes, is none for a password', async () => {
    const token = Buffer.from('R\0\0\0\x15\0\0\0\x0aOAUTHBEARER\0\0', 'latin1');
    const { port } = await fake((socket) => void socket.write(token));
    expect(unseen(await lookAt(port), fact).reason).toMatchObject({
      code: 'ERR_AUTHENTICATION',
      message: expect.stringContaining('another kind of credential'),
    });
  });

  test.each([
    ['more iterations than anyone needs', 2_000_000_000, 1, 'ERR_TOO_LARGE'],
    ['many proofs at once', 100_000, 500, 'ERR_NOT_POSTGRES'],
  ])('%s are not computed', async (_, iterations, times, code) => {
    const { port } = await fake((socket, chunk) => {
      if (!isPassword(chunk)) return void socket.write(sasl);
      socket.write(Buffer.concat(Array.from({ length: times }, () => challenge(chunk, iterations))));
    });
    const before = process.cpuUsage();
    const record = await lookAt(port, 'plaintext', 5_000);
    expect(unseen(record, fact).reason.code).toBe(code);
    expect(process.cpuUsage(before).user).toBeLessThan(5_000_000);
  });

  test('one that stalls after an answer is not waited for again', async () => {
    const users: string[] = [];
    const { port } = await fake((socket, chunk) => {
      if (isPassword(chunk)) return void (users.length < 3 ? socket.end(error('28P01')) : undefined);
      users.push(userIn(chunk));
      socket.write(cleartext);
    });
    const { value, completeness } = seen(await lookAt(port), fact);
    expect(outcomesOf(value)).toEqual([['attempt 1 of 2 for role one', 'refused']]);
    expect(users).toEqual(['app', 'one', 'one']);
    expect(completeness[0]).toMatchObject({ returned: 1, total: 3 });
    expect(completeness[0]?.missing[1]?.why).toContain('ERR_TIMEOUT');
  });

  test('nobody is tried a second time in a scan that looks again', async () => {
    const users: string[] = [];
    const { port } = await fake((socket, chunk) => {
      if (isPassword(chunk)) return;
      users.push(userIn(chunk));
      socket.write(cleartext);
    });
    const cwd = temporaryFolder();
    writeFileSync(
      join(cwd, 'assay.yaml'),
      `targets:
  - url: postgres://127.0.0.1:${port}/postgres
    tls: plaintext
    credentials: { user: app, password: "env:P" }
    default-passwords: [{ role: one, passwords: [role-name] }]
`,
    );
    const scan = ['scan', '--control', 'postgres.auth.default-password-refused', '--timeout', '1s'];
    const { stdout, exitCode } = await assay([...scan, '--out', join(cwd, 'b')], { cwd, env: { P: 'p' } });
    expect([exitCode, users]).toEqual([4, ['app', 'one', 'app']]);
    expect(stdout).toContain('expected the first look to have tried the log-ins');
  });
});
