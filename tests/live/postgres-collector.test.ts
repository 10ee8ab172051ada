import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { planLook } from '../../src/collectors/plan.ts';
import { postgresCollector } from '../../src/collectors/postgres/index.ts';
import { openPostgresSession } from '../../src/collectors/postgres/session.ts';
import type { PostgresServer } from '../../src/demo/postgres-server.ts';
import type { CollectedRecord } from '../../src/model/index.ts';
import type { Challenges } from '../../src/postgres/facts/challenges.ts';
import { grantsSql } from '../../src/postgres/grants.ts';
import { selfSigned } from '../postgres/certificate.ts';
import {
  allText,
  codes,
  fileWith,
  look,
  running,
  seen,
  setUp,
  stopAll,
  targetAt,
  undeclaredFacts,
  unseen,
} from '../postgres/looking.ts';
import { sightOf } from '../postgres/major.ts';

const canaries = {
  role: 'canary-role-password',
  radius: 'canary-radius-secret',
  conninfo: 'canary-primary-conninfo',
  comment: 'canary-comment',
  custom: 'canary-custom-setting',
  broken: 'canary-broken-line',
  auditor: 'canary-auditor-password',
};
const certificate = selfSigned('db.test');
let weak: PostgresServer;
let hardened: PostgresServer;

beforeAll(async () => {
  weak = await startWeak();
  hardened = await startHardened();
});
afterAll(stopAll);

async function startWeak(): Promise<PostgresServer> {
  const server = await running({
    password: 'superuser-password',
    hba: [
      'local all all trust',
      'host all all 127.0.0.1/32 trust',
      'host all all 0.0.0.0/0 md5',
      `host all radiuser 10.0.0.0/8 radius radiusservers="10.9.9.9" radiussecrets="${canaries.radius}"`,
    ],
    settings: {
      password_encryption: 'md5',
      'canary.setting': canaries.custom,
      primary_conninfo: `host=elsewhere password=${canaries.conninfo}`,
    },
  });
  await setUp(
    server,
    `create role app login password 'app';
     create role plain login password '${canaries.role}';
     create role boss login superuser;
     create role runner login;
     grant pg_execute_server_program to runner;
     grant create on schema public to public;
     create table ledger (id int);
     grant select on ledger to public;
     comment on role app is '${canaries.comment}';`,
  );
  await setUp(server, 'create database clinic');
  await setUp(server, 'create table patients (id int); grant select (id) on patients to public', 'clinic');
  return server;
}

async function startHardened(): Promise<PostgresServer> {
  const server = await running({
    password: 'superuser-password',
    hba: ['hostnossl all all all reject', 'host all postgres all reject', 'host all all all scram-sha-256'],
    settings: {
      log_connections: 'on',
      log_disconnections: 'on',
      ssl_min_protocol_version: 'TLSv1.2',
    },
    tls: certificate,
  });
  await setUp(server, grantsSql({ role: 'the "auditor"', platform: 'self-managed' }));
  await setUp(server, `alter role "the ""auditor""" password '${canaries.auditor}'; create role plain login`);
  return server;
}

/** How many log-ins were begun to see what is asked for. */
const attemptsIn = (record: CollectedRecord): number =>
  (seen(record, 'postgres.challenges').value as Challenges).attempts.length;

const auditorOf = (server: PostgresServer, password = canaries.auditor) =>
  targetAt(
    { host: 'db.test', port: server.port, addresses: [server.host] },
    { user: 'the "auditor"', password: { kind: 'file', path: fileWith(`${password}\n`) } },
    certificate.certificatePem,
  );

describe('a hardened server, read as the role that the printed grants make', () => {
  test('every fact that the version shows is seen, over verified TLS, with nothing missing', async () => {
    const record = await look(auditorOf(hardened));
    expect(codes(record)).toEqual(Object.fromEntries(undeclaredFacts.map((name) => [name, sightOf(name)])));
    const lacking = record.observations.flatMap((one) =>
      one.kind === 'seen' && one.completeness.some(({ missing }) => missing.length > 0) ? [one.fact] : [],
    );
    // What is known of releases that are no longer made is not for a grant to mend.
    expect(lacking.filter((fact) => fact !== 'postgres.fixes')).toEqual([]);
    expect(seen(record, 'postgres.server').value).toMatchObject({
      transport: 'tls',
      tlsVersion: 'TLSv1.3',
      certificate: 'chain-and-name',
    });
    expect(record.principal).toEqual({
      name: 'the "auditor"',
      privileges: ['member of pg_read_all_settings', 'member of pg_read_all_stats'],
    });
    expect(record.identity).toMatchObject({ 'system-identifier': expect.stringMatching(/^\d+$/) });
    expect(record.connections).toBe(2 + attemptsIn(record));
  });

  test('the rules are read as the server applies them', async () => {
    const record = await look(auditorOf(hardened), {}, ['postgres.hba', 'postgres.admissions']);
    expect(seen(record, 'postgres.hba').value).toMatchObject({
      rules: [
        { rule: 'local all postgres scram-sha-256', admits: true, remote: false },
        { rule: 'hostnossl all all all reject', admits: false, remoteUnencrypted: true },
        { rule: 'host all postgres all reject', admits: false, remoteUnencrypted: false },
        { rule: 'host all all all scram-sha-256', admits: true, remote: true, remoteUnencrypted: false },
      ],
    });
    expect(seen(record, 'postgres.admissions').value).toMatchObject([
      { role: 'plain', superuser: false, remote: true, remoteUnencrypted: false },
      { role: 'postgres', superuser: true, remote: false, rules: [] },
      { role: 'the "auditor"', superuser: false, remote: true },
    ]);
  });

  test('rules changed since the server read them are not taken for the ones in force', async () => {
    await setUp(hardened, 'select pg_sleep(1.1)');
    await setUp(hardened, "copy (select '') to program $$cat > /dev/null; touch pg_hba.conf$$");
    const [list] = seen(await look(auditorOf(hardened), {}, ['postgres.hba']), 'postgres.hba').completeness;
    expect(list?.missing[0]?.why).toBe('pg_hba.conf was changed after the server last read it');
    await setUp(hardened, 'select pg_sleep(1.1); select pg_reload_conf(); select pg_sleep(1)');
    const after = seen(await look(auditorOf(hardened), {}, ['postgres.hba']), 'postgres.hba').completeness;
    expect(after[0]?.missing).toEqual([]);
  });

  test('the session cannot write, and names the scan', async () => {
    const record = await look(auditorOf(hardened), {}, ['postgres.server']);
    const evidence = Buffer.from(seen(record, 'postgres.server').evidence[0]?.bytes ?? []).toString();
    expect(JSON.parse(evidence).rows[0]).toMatchObject({ read_only: 'on', search_path: 'pg_catalog' });
    expect(await hardened.log()).toContain('application_name=assay/test');
  });
});

describe('a weak server, read as a superuser over the socket', () => {
  const superuser = () =>
    targetAt(
      { host: weak.socketFolder, port: weak.port },
      { user: 'postgres', password: { kind: 'env', name: 'PGPW' } },
    );
  const env = { PGPW: 'superuser-password' };

  test('what is weak is seen', async () => {
    const record = await look(superuser(), env);
    expect(seen(record, 'postgres.settings').value).toMatchObject({ ssl: 'off', password_encryption: 'md5' });
    expect(seen(record, 'postgres.hba').value).toMatchObject({
      rules: [
        {},
        { rule: 'local all all trust', admits: true, remote: false },
        { rule: 'host all all 127.0.0.1/32 trust', admits: true, remote: false },
        { rule: 'host all all 0.0.0.0/0 md5', admits: true, anyAddress: true, remoteUnencrypted: true },
        { rule: 'host all radiuser 10.0.0.0/8 radius', admits: false },
      ],
    });
    expect(seen(record, 'postgres.passwords').value).toEqual([
      { role: 'app', method: 'md5', equalsName: true },
      { role: 'boss', method: 'none' },
      { role: 'plain', method: 'md5', equalsName: false },
      { role: 'postgres', method: 'scram-sha-256', iterations: 4096 },
      { role: 'runner', method: 'none' },
    ]);
    expect(seen(record, 'postgres.roles').value).toContainEqual(
      expect.objectContaining({ name: 'runner', reach: ['pg_execute_server_program'] }),
    );
    expect(seen(record, 'postgres.privileges').value).toMatchObject({
      databases: [{ database: 'clinic', connect: true }, { database: 'postgres' }, { database: 'template1' }],
    });
    const { major } = seen(record, 'postgres.server').value as { readonly major: number };
    expect(seen(record, 'postgres.privileges').value).toMatchObject({
      schemas: expect.arrayContaining([
        expect.objectContaining({
          ...{ database: 'postgres', schema: 'public', create: true, usage: true },
          relations: [expect.objectContaining({ name: 'ledger', privileges: ['SELECT'] })],
        }),
        expect.objectContaining({
          // Before version 15 everybody may make objects in it.
          ...{ database: 'clinic', schema: 'public', create: major < 15, usage: true },
          relations: [expect.objectContaining({ name: 'patients', privileges: ['SELECT'] })],
        }),
      ]),
    });
  });

  test('asks nothing but what `assay plan` says, verbatim', async () => {
    const record = await look(superuser(), env);
    const facts = postgresCollector.facts.map(({ fact }) => fact);
    const { session, facts: plans, each } = planLook(postgresCollector, facts);
    const planned = [session, ...plans]
      .flatMap(({ requests }) => requests)
      .map((request) => request.replace(/^-- .*\n/, ''));
    const asked = record.observations
      .flatMap(({ requests }) => requests)
      .map((request) => request.replace(/^-- in each database\n/, ''));
    expect(asked.length).toBeGreaterThan(10);
    expect(asked.filter((request) => !planned.includes(request))).toEqual([]);
    expect(each).toHaveLength(1);
    const { databases } = seen(record, 'postgres.privileges').value as {
      readonly databases: readonly unknown[];
    };
    expect(record.connections - attemptsIn(record)).toBeLessThanOrEqual(1 + databases.length - 1);
  });

  test('not even a superuser’s session can write', async () => {
    const target = superuser();
    const signal = new AbortController().signal;
    const context = { timeoutMs: 5_000, signal, scanName: 'assay/test', env };
    const session = await openPostgresSession(target, { ...target, targetId: target.id }, context);
    const write = { name: 'write', since: 10, before: 19, text: 'create table public.touched (id int)' };
    await expect(session.query(write)).rejects.toMatchObject({
      code: 'ERR_QUERY',
      message: expect.stringContaining('25006'),
    });
    await session.close();
  });

  test('no secret of the server is in anything that was collected', async () => {
    const text = allText(await look(superuser(), env));
    expect(Object.values(canaries).filter((secret) => text.includes(secret))).toEqual([]);
    expect(text.includes('superuser-password')).toBe(false);
    expect(/md5[0-9a-f]{32}|SCRAM-SHA-256\$\d+:/.exec(text)?.[0]).toBeUndefined();
  });

  test('a line in error is an item, and its text stays on the server', async () => {
    const broken = await running({
      password: 'superuser-password',
      hba: [],
      settings: {},
    });
    try {
      await setUp(
        broken,
        `copy (select 'host all all 10.0.0.0/8 ldap ${canaries.broken}') to program 'cat >> pg_hba.conf'`,
      );
      const target = targetAt(
        { host: broken.socketFolder, port: broken.port },
        { user: 'postgres', password: { kind: 'env', name: 'PGPW' } },
      );
      const record = await look(target, env, ['postgres.hba']);
      expect(seen(record, 'postgres.hba').value).toMatchObject({
        rules: [{}, { rule: 'a line the server could not parse', errored: true, admits: false, line: 2 }],
      });
      expect(seen(record, 'postgres.hba').completeness[0]?.missing[0]?.why).toContain('line in error');
      expect(allText(record)).not.toContain(canaries.broken);
    } finally {
      await broken.stop();
    }
  });

  test('with fewer rights, what cannot be seen is unseen and names the right', async () => {
    const target = targetAt({ host: weak.socketFolder, port: weak.port }, { user: 'plain' });
    const record = await look(target);
    expect(unseen(record, 'postgres.hba').reason).toMatchObject({
      code: 'ERR_DENIED',
      remedy: expect.stringContaining('SELECT on pg_hba_file_rules'),
    });
    expect(unseen(record, 'postgres.admissions').reason.code).toBe('ERR_DENIED');
    expect(unseen(record, 'postgres.passwords').reason).toMatchObject({
      code: 'ERR_DENIED',
      remedy: expect.stringContaining('assay_audit.role_password_methods()'),
    });
    const settings = seen(record, 'postgres.settings').value;
    expect(settings).toHaveProperty('ssl');
    expect(settings).not.toHaveProperty('ssl_min_protocol_version');
  });

  test('rules are not called complete where nothing says that they are in force', async () => {
    await setUp(
      weak,
      'grant select on pg_hba_file_rules to plain; grant execute on function pg_hba_file_rules() to plain',
    );
    const target = targetAt({ host: weak.socketFolder, port: weak.port }, { user: 'plain' });
    const [list] = seen(await look(target, {}, ['postgres.hba']), 'postgres.hba').completeness;
    expect(list?.missing.map(({ why }) => why).join('; ')).toContain('assay_audit.hba_loaded()');
  });

  test('a function of that name with another body is not called', async () => {
    await setUp(
      weak,
      `create schema assay_audit; grant usage on schema assay_audit to plain;
       create function assay_audit.role_password_methods() returns table (role text, method text, iterations int, equals_name boolean)
       language sql security definer as $$select 'plain', 'scram-sha-256', 4096, false$$;`,
    );
    const target = targetAt({ host: weak.socketFolder, port: weak.port }, { user: 'plain' });
    expect(unseen(await look(target), 'postgres.passwords').reason.code).toBe('ERR_DENIED');
  });

  test('a database that cannot be entered is missing, not empty', async () => {
    await setUp(weak, 'revoke connect on database clinic from public');
    const target = targetAt({ host: weak.socketFolder, port: weak.port }, { user: 'plain' });
    const lists = seen(await look(target, {}, ['postgres.privileges']), 'postgres.privileges').completeness;
    expect(lists.find(({ list }) => list === '/schemas')?.missing).toEqual([
      { what: 'database clinic', why: 'the role has no CONNECT privilege on it' },
    ]);
  });

  test('a setting that only our own role overrides is not taken for the server’s', async () => {
    await setUp(weak, "alter role plain set password_encryption = 'scram-sha-256'");
    const target = targetAt({ host: weak.socketFolder, port: weak.port }, { user: 'plain' });
    expect(seen(await look(target), 'postgres.settings').value).not.toHaveProperty('password_encryption');
  });
});

describe('what a connection may cost', () => {
  const codeOf = async (target: ReturnType<typeof targetAt>, env = {}) =>
    unseen(await look(target, env, ['postgres.server']), 'postgres.server').reason.code;

  test('a password is not answered without TLS, not even on loopback', async () => {
    const target = targetAt(
      { host: '127.0.0.1', port: weak.port },
      { user: 'app', password: { kind: 'env', name: 'P' } },
    );
    expect(await codeOf(target, { P: 'app' })).toBe('ERR_UNPROTECTED_CREDENTIAL');
  });

  test('it is where the target says that plaintext will do, and that is recorded', async () => {
    const target = targetAt({ host: '127.0.0.1', port: weak.port }, { user: 'app', tls: 'plaintext' });
    const record = await look(target, {}, ['postgres.server']);
    expect(seen(record, 'postgres.server').value).toMatchObject({ transport: 'plaintext' });
  });

  test('a certificate that chains to nothing we trust is refused', async () => {
    const { caFile: _, ...target } = auditorOf(hardened);
    expect(await codeOf(target)).toBe('ERR_TLS_UNTRUSTED');
  });

  test('a certificate for another name is refused, unless only the chain counts', async () => {
    const target = { ...auditorOf(hardened), host: 'other.test' };
    expect(await codeOf(target)).toBe('ERR_TLS_UNTRUSTED');
    const chain = {
      ...target,
      postgres: { ...target.postgres, tls: 'verified-ca', tlsGiven: true },
    } as const;
    const record = await look(chain, {}, ['postgres.server']);
    expect(seen(record, 'postgres.server').value).toMatchObject({ certificate: 'chain' });
  });

  test('any certificate does where the target says so', async () => {
    const { caFile: _, ...target } = auditorOf(hardened);
    const lax = { ...target, postgres: { ...target.postgres, tls: 'unverified', tlsGiven: true } } as const;
    const record = await look(lax, {}, ['postgres.server']);
    expect(seen(record, 'postgres.server').value).toMatchObject({ certificate: 'nothing', transport: 'tls' });
  });

  test('a wrong password, a missing one and a missing database are told apart', async () => {
    expect(await codeOf(auditorOf(hardened, 'wrong'))).toBe('ERR_AUTHENTICATION');
    const { password: _, ...connection } = auditorOf(hardened).postgres as Required<
      NonNullable<ReturnType<typeof auditorOf>['postgres']>
    >;
    expect(await codeOf({ ...auditorOf(hardened), postgres: connection })).toBe('ERR_AUTHENTICATION');
    expect(
      await codeOf(targetAt({ host: weak.socketFolder, port: weak.port }, { user: 'app', database: 'no' })),
    ).toBe('ERR_DATABASE');
  });

  test('the password may come from a password file', async () => {
    const line = `db.test:${hardened.port}:*:the "auditor":${canaries.auditor}\n`;
    const { password: _, ...connection } = { ...auditorOf(hardened).postgres! };
    const record = await look(
      { ...auditorOf(hardened), postgres: connection },
      { PGPASSFILE: fileWith(line) },
      ['postgres.server'],
    );
    expect(seen(record, 'postgres.server').value).toMatchObject({ transport: 'tls' });
  });

  test('no password is in any error', async () => {
    expect(allText(await look(auditorOf(hardened, 'wrong-canary')))).not.toContain('wrong-canary');
  });
});
