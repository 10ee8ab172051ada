import { chmodSync, chownSync, mkdirSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PostgresServer } from '../../src/demo/postgres-server.ts';
import type { Observation } from '../../src/model/index.ts';
import type { Decisions } from '../../src/postgres/facts/decisions.ts';
import { grantsSql } from '../../src/postgres/grants.ts';
import { judge, library } from '../control-cases.ts';
import { type Attempt, decidedBy } from '../long/startup-probe.ts';
import { loadRules } from '../postgres/hba-file.ts';
import { fileWith, look, running, seen, stopAll, targetAt } from '../postgres/looking.ts';
import { knows, neverSeen, sinceOf } from '../postgres/major.ts';
import { waysFor } from '../postgres/ways-for.ts';

const auditor = 'host postgres assay 127.0.0.1/32 scram-sha-256';
let server: PostgresServer;
let session: Client;

beforeAll(async () => {
  server = await running({ password: 'superuser-password', hba: [auditor] });
  session = new Client({ ...server.superuser, ssl: false });
  await session.connect();
  await session.query(grantsSql({ role: 'assay', platform: 'self-managed' }));
  await session.query("alter role assay password 'p'");
});
afterAll(async () => {
  await session?.end();
  await stopAll();
});

/** What is missing of the rules once the server has read these lines. */
async function missingOf(...lines: readonly string[]): Promise<readonly string[]> {
  await loadRules(server, session, [auditor, ...lines]);
  return missingNow('postgres.hba');
}

async function missingNow(fact: string): Promise<readonly string[]> {
  const password = { kind: 'file', path: fileWith('p') } as const;
  const target = targetAt(server, { user: 'assay', password, tls: 'plaintext' });
  const { completeness } = seen(await look(target, {}, [fact]), fact);
  return completeness.flatMap(({ missing }) => missing.map(({ why }) => why));
}

const networks = 'host all all 10.0.0.0/8 scram-sha-256';
const halves = ['host all all 0.0.0.0/1 scram-sha-256', 'host all all 128.0.0.0/1 scram-sha-256'];
const sixHalves = ['host all all ::/1 scram-sha-256', 'host all all 8000::/1 scram-sha-256'];
const loopback = (databases: string) => [
  `local ${databases} all peer`,
  `host ${databases} all 127.0.0.1/32 scram-sha-256`,
  `host ${databases} all ::1/128 scram-sha-256`,
];
const asShipped = [...loopback('all'), ...loopback('replication')];

test.each([
  ['postgres.auth.no-world-rules', 'a network', [networks], 'pass'],
  ['postgres.auth.no-world-rules', 'one half', [networks, ...halves.slice(1)], 'pass'],
  ['postgres.auth.no-world-rules', 'both halves', [networks, ...halves], 'fail'],
  ['postgres.auth.no-world-rules', 'halves of IPv6', [networks, ...sixHalves], 'fail'],
  ['postgres.auth.no-idle-rules', 'the rules that initdb makes', asShipped, 'pass'],
  ['postgres.auth.no-idle-rules', 'and Debian', ['local all postgres peer', ...asShipped], 'pass'],
])('%s on a server with %s', async (id, _, lines, verdict) => {
  await loadRules(server, session, [auditor, ...lines]);
  const control = library.find(({ loaded }) => loaded.source.control.id === id);
  if (control === undefined) throw new Error(`no control ${id}`);
  const password = { kind: 'file', path: fileWith('p') } as const;
  const target = targetAt(server, { user: 'assay', password, tls: 'plaintext' });
  const { observations } = await look(target, {}, control.loaded.compiled.needs);
  const found = judge(control.loaded, observations as unknown as readonly Observation[], {});
  expect(found.reason).toBe(verdict);
});

const quoted = expect.stringContaining('keyword in quotes');

test.each([
  'host "all" all 10.0.0.0/8 reject',
  'host app,"replication" all 10.0.0.0/8 reject',
  'host all "+team" 10.0.0.0/8 reject',
  'host all "/^a" 10.0.0.0/8 reject',
  'host all all "all" reject',
  'host all all "samenet" reject',
  'host ""all all 10.0.0.0/8 reject',
  'host "a"l"l" all 10.0.0.0/8 reject',
  'host "al\\\nl" all 10.0.0.0/8 reject',
  'host\t"sameuser"\tall 10.0.0.0/8 reject',
])('a keyword in quotes keeps the rules from being known: %j', async (line) => {
  expect(await missingOf(line)).toContainEqual(quoted);
});

test.each([
  'host all all 10.0.0.0/8 reject # not "all"',
  '# "all" is a name',
  'host "odd name","all of it" "Étienne","two words" 10.0.0.0/8 reject',
  'host all all 10.0.0.0/8 ident map="all"',
])('other words in quotes do not: %j', async (line) => {
  expect(await missingOf(line)).toEqual([]);
});

test('nor does a line that cannot match, as the server has no TLS', async () => {
  expect(await missingOf('hostssl all all 10.0.0.0/8 scram-sha-256')).toEqual([]);
});

describe('rules are not known to be those in force', () => {
  const maps = 'identity maps in a view';
  const included = expect.stringContaining('or a file that it includes, was changed');

  test.each([
    'host all @dbas 10.0.0.0/8 reject',
    'host app,@databases all 10.0.0.0/8 reject',
    'host all \\\n@dbas 10.0.0.0/8 reject',
    'include extra.conf',
    ' , "include_if_exists" extra.conf',
    'include_dir conf.d',
    'inc\\\nlude extra.conf',
  ])('where another file is part of them: %j', async (line) => {
    for (const name of ['dbas', 'databases', 'extra.conf']) writeData(name, '');
    mkdirSync(join(data(), 'conf.d'), { recursive: true });
    const missing = await missingOf(line);
    expect(missing).toContainEqual(included);
    expect(missing).toContainEqual(quoted);
  });

  test.each(['host all "@dbas",a@b 10.0.0.0/8 reject', 'host included all 10.0.0.0/8 reject # @dbas'])(
    'but where it only looks so: %j',
    async (line) => {
      expect(await missingOf(line)).toEqual([]);
    },
  );

  test.for([
    ['pg_hba.conf', 'postgres.hba', `${auditor}\n`],
    ['pg_ident.conf', 'postgres.identityMaps', 'm a b\n'],
  ] as const)('where an older %s was moved into place', async ([name, fact, text], { skip }) => {
    skip(fact in neverSeen, sinceOf(maps));
    writeData(name, text);
    await loadRules(server, session, [auditor]);
    expect(await missingNow(fact)).toEqual([]);
    await nextSecond();
    const older = join(data(), `${name}.older`);
    writeData(`${name}.older`, text);
    utimesSync(older, 0, 0);
    renameSync(older, join(data(), name));
    expect(await missingNow(fact)).toEqual([included]);
  });

  test('where other rules were written in the second in which the server read them', async () => {
    await loadRules(server, session, ['host all all 10.0.0.0/8 trust', auditor]);
    writeData('pg_hba.conf', `${auditor}\n`);
    const { rows } = await session.query(
      "select date_trunc('second', pg_conf_load_time()) = modification as same from pg_stat_file('pg_hba.conf')",
    );
    expect(rows).toEqual([{ same: true }]);
    expect(await missingNow('postgres.hba')).toEqual([included]);
  });

  test('where the server could not read it, and now could', async () => {
    await loadRules(server, session, [auditor]);
    const file = join(data(), 'pg_hba.conf');
    const { mode, uid, gid } = statSync(file);
    await nextSecond();
    chownSync(file, process.getuid?.() ?? uid, gid);
    chmodSync(file, 0);
    await loadRules(server, session, [auditor]);
    await nextSecond();
    chownSync(file, uid, gid);
    chmodSync(file, mode);
    expect(await missingNow('postgres.hba')).toEqual([included]);
  });

  test.skipIf(!knows(maps)).each(['m @users app', 'm "a#b" app', 'include extra.conf'])(
    'nor are identity maps where another file may be part of them: %j',
    async (line) => {
      writeData('users', 'a\n');
      writeData('extra.conf', '');
      writeData('pg_ident.conf', `${line}\n`);
      await loadRules(server, session, [auditor]);
      expect(await missingNow('postgres.identityMaps')).toContainEqual(included);
    },
  );
});

/** Times of files have whole seconds. */
const nextSecond = () => session.query('select pg_catalog.pg_sleep(1.1)');

const data = (): string => join(dirname(server.socketFolder), 'data');

/** Of the server's account. */
function writeData(name: string, text: string): void {
  const { uid, gid } = statSync(data());
  writeFileSync(join(data(), name), text);
  chownSync(join(data(), name), uid, gid);
}

describe('regular expressions are matched by the server', () => {
  beforeAll(async () => {
    await session.query('create role application login; create role "Émile" login; create role "a b" login');
  });

  /** Who may log in to which database from 10.0.0.0/8 over TLS, and by what. */
  async function methodsBy(
    ...lines: readonly string[]
  ): Promise<Readonly<Record<string, readonly string[]>>> {
    await loadRules(server, session, [auditor, ...lines]);
    const password = { kind: 'file', path: fileWith('p') } as const;
    const target = targetAt(server, { user: 'assay', password, tls: 'plaintext' });
    const decisions = seen(await look(target, {}, ['postgres.decisions']), 'postgres.decisions')
      .value as Decisions;
    const users = ['application', 'Émile', 'a b'];
    const attempt = { database: 'postgres', channel: 'tls', address: '10.0.0.1', from: 'elsewhere' } as const;
    return Object.fromEntries(
      users.map((user) => [user, waysFor(decisions, { ...attempt, user }).flatMap(({ methods }) => methods)]),
    );
  }

  const last = 'host all all 10.0.0.0/8 reject';
  /** Otherwise a name that begins with a slash is a name. */
  const arePatterns = knows('patterns in pg_hba.conf');
  const nobody = { application: ['reject'], 'a b': ['reject'], Émile: ['reject'] };

  test('with its own syntax and classes', async () => {
    if (!arePatterns) {
      expect(await methodsBy('host all /^a[[:alpha:]]+$ 10.0.0.0/8 md5', last)).toEqual(nobody);
      return;
    }
    expect(await methodsBy('host all /^a[[:alpha:]]+$ 10.0.0.0/8 md5', last)).toEqual({
      application: ['md5'],
      'a b': ['reject'],
      Émile: ['md5', 'reject'],
    });
    expect(await methodsBy('host /^post /\\sb$ 10.0.0.0/8 md5', last)).toMatchObject({
      application: ['reject'],
      'a b': ['md5'],
    });
    expect(await methodsBy('host /^(?!post) all 10.0.0.0/8 md5', last)).toMatchObject({
      application: ['reject'],
    });
  });

  test('letters of more than one byte are left open', async () => {
    if (!arePatterns) {
      expect(await methodsBy('host all /^.{5}$ 10.0.0.0/8 md5', last)).toEqual(nobody);
      return;
    }
    expect(await methodsBy('host all /^.{5}$ 10.0.0.0/8 md5', last)).toMatchObject({
      Émile: ['md5', 'reject'],
    });
    // To the rules this name has six bytes, to a query five letters.
    await loadRules(server, session, ['host all /^.{6}$ 127.0.0.1/32 password', 'host all all all reject']);
    const asked = { channel: 'plaintext', source: '127.0.0.1', database: 'postgres', user: 'Émile' } as const;
    expect(await decidedBy(server, asked)).toBe('password');
  });
});

describe('decisions are those of the server', () => {
  const lines = [
    'local all all peer',
    'hostnossl all alice,+staff 127.0.0.0/9 reject',
    'host sameuser,replication bob 127.0.0.1/32 trust',
    'host shop /^a 127.0.0.8/29 password',
    'host all all 127.0.0.1/32 md5',
    'host samerole,shop all 127.0.0.0/8 scram-sha-256',
  ];
  const users = ['alice', 'bob', 'carol'];
  const databases = ['shop', 'bob', 'staff'];
  const sources = ['127.0.0.1', '127.0.0.9', '127.200.0.1'];

  test('for roles, databases, replication and addresses', async () => {
    await session.query(`create role staff; create role alice login; create role carol login in role staff;
      set password_encryption = 'md5'; create role bob login; alter role alice password 'a'`);
    for (const name of databases) await session.query(`create database ${name}`);
    await loadRules(server, session, [auditor, ...lines]);
    const password = { kind: 'file', path: fileWith('p') } as const;
    const target = targetAt(server, { user: 'assay', password, tls: 'plaintext' });
    const decisions = seen(await look(target, {}, ['postgres.decisions']), 'postgres.decisions')
      .value as Decisions;
    const tried: readonly Omit<Attempt, 'channel'>[] = users.flatMap((user) =>
      sources.flatMap((source) => [
        ...databases.map((database) => ({ user, source, database })),
        { user, source, database: 'shop', replication: 'true' },
      ]),
    );
    for (const { user, source, database, replication } of tried) {
      const ours = waysFor(decisions, {
        user,
        channel: 'plaintext',
        address: source,
        from: 'loopback',
        ...(replication === undefined ? { database } : {}),
      }).flatMap(({ methods }) => methods);
      const asked = { channel: 'plaintext', source, database, user } as const;
      const theirs = await decidedBy(server, replication === undefined ? asked : { ...asked, replication });
      const expected = theirs === 'none' ? 'no-rule' : theirs;
      // A role without an MD5 verifier is asked for SCRAM by a rule that says md5.
      const said = ours.map((method) => (method === 'md5' && user !== 'alice' ? 'scram-sha-256' : method));
      expect(said, `${user} ${source} ${database} ${replication}`).toEqual([expected]);
    }
  });
});
