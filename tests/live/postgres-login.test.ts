import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Diagnosis, Examination } from '../../src/cli/doctor.ts';
import type { PostgresServer } from '../../src/demo/postgres-server.ts';
import { grantsSql } from '../../src/postgres/grants.ts';
import { assay } from '../cli/terminal.ts';
import { look, running, seen, setUp, stopAll, targetAt } from '../postgres/looking.ts';
import { neverSeen } from '../postgres/major.ts';
import { type Site, scan, startSite } from './scanning.ts';

let site: Site;
let server: PostgresServer;

beforeAll(async () => {
  site = await startSite();
  server = await running({ password: 'superuser-password', hba: ['host all all 127.0.0.1/32 trust'] });
  await setUp(server, grantsSql({ role: 'assay', platform: 'self-managed' }));
  await setUp(server, 'create role plain login; create role "with password" login');
  await setUp(server, 'create database closed');
  await setUp(server, 'revoke connect on database closed from public');
});
afterAll(async () => {
  await stopAll();
  await site.stop();
});

const urlOf = (user: string, database = 'postgres') =>
  `postgres://${user}@127.0.0.1:${server.port}/${database}?sslmode=disable`;

async function diagnosed(...argv: readonly string[]): Promise<Diagnosis & { readonly exitCode: number }> {
  const { exitCode, stdout } = await assay(['doctor', ...argv, '--format', 'json'], { cwd: site.folder });
  return { exitCode, ...JSON.parse(stdout) };
}

async function examined(...argv: readonly string[]): Promise<Examination & { readonly exitCode: number }> {
  const { subjects, exitCode } = await diagnosed(...argv);
  const [first] = subjects;
  if (first === undefined) throw new Error('expected a subject');
  return { ...first, exitCode };
}

const sights = ({ facts }: Examination): Readonly<Record<string, string>> =>
  Object.fromEntries(facts.map(({ fact, sight }) => [fact, sight]));

describe('assay doctor', () => {
  test('says what the printed role lacks: the database that it may not enter', async () => {
    const found = await examined(urlOf('assay'));
    expect(found).toMatchObject({ exitCode: 4, reach: 'reached', login: { name: 'assay' } });
    const closed = {
      what: 'database closed',
      why: 'the role has no CONNECT privilege on it',
    };
    // What is known of releases that are no longer made is not for a grant to mend.
    const partly = found.facts.filter(({ fact, sight }) => sight === 'partly' && fact !== 'postgres.fixes');
    expect(partly.map(({ fact }) => fact)).toContain('postgres.privileges');
    for (const one of partly) expect(one).toMatchObject({ missing: [closed] });
    const unseen = found.facts.filter(({ sight }) => sight === 'unseen').map(({ fact }) => fact);
    expect(unseen).toEqual(Object.keys(neverSeen));
    expect(found.saysOfItself).toMatchObject({ node: 'primary' });
  });

  test('and nothing, once it may', async () => {
    await setUp(server, 'grant connect on database closed to assay');
    const found = await examined(urlOf('assay'), '--control', 'postgres.grant.no-public-create');
    expect(found).toMatchObject({ exitCode: 0, notTested: [] });
    expect(new Set(Object.values(sights(found)))).toEqual(new Set(['seen']));
    await setUp(server, 'revoke connect on database closed from assay');
  });

  test('lists exactly the controls that a scan by the same login comes to no conclusion on', async () => {
    for (const user of ['plain', 'assay']) {
      const found = await examined(urlOf(user));
      const { findings, subjects } = await scan(site, [urlOf(user)]);
      const notTested = findings.filter(({ reason }) => reason === 'unseen' || reason === 'error');
      expect(found.notTested.map(({ control }) => control)).toEqual(
        notTested.map(({ controlId }) => controlId).sort(),
      );
      expect(found.controls).toBe(findings.length);
      expect(found.facts.map(({ fact }) => fact)).toEqual(
        subjects.flatMap(({ observations }) => observations.map(({ fact }) => fact)),
      );
    }
  });

  test('names the grant that an ordinary role lacks, in words', async () => {
    const { stdout, stderr, exitCode } = await assay(['doctor', urlOf('plain')], { cwd: site.folder });
    expect(exitCode).toBe(4);
    expect(stdout).toMatch(/^ {2}reached +yes, \d+ connections$/m);
    expect(stdout).toMatch(/^ {2}as +plain$/m);
    expect(stdout).toMatch(/^ {2}unseen +postgres\.passwords: .*\(ERR_DENIED\)$/m);
    expect(stdout).toMatch(
      /^ +fix: grant the role EXECUTE on function assay_audit\.role_password_methods\(\)/m,
    );
    expect(stdout).toMatch(/^ {4}postgres\.auth\.no-md5-verifiers: postgres\.passwords ERR_DENIED$/m);
    expect(stdout).toMatch(/^ {2}seen +postgres\.roles$/m);
    expect(stdout).toMatch(/^ {2}partly +postgres\.settings\n +without .*pg_read_all_settings/m);
    expect(stdout).not.toContain('postgres.tls.enabled');
    expect(stdout).toContain('postgres.tls.minimum-version: postgres.settings ERR_NO_ANSWER');
    expect(stderr.trimEnd().split('\n').at(-1)).toBe(
      'exit code 4: not everything can be seen, or not every control would come to a conclusion',
    );
  });

  test('tells one that does not listen from one that does not let in, and both from a TLS endpoint', async () => {
    const silent = await site.fake(() => undefined);
    const { subjects } = await diagnosed(
      urlOf('nobody'),
      'postgres://x@127.0.0.1:1/db?sslmode=disable',
      `postgres://x@127.0.0.1:${silent.port}/db?sslmode=disable`,
      `tls://127.0.0.1:${site.hardened}`,
      ...['--timeout', '1s', '--control', 'postgres.role,tls.protocol.tls13-offered'],
    );
    const told = subjects.map(({ kind, port, reach, failure }) => [kind, port, reach, failure?.code]);
    expect(told.sort()).toEqual(
      [
        ['postgres-server', server.port, 'reached', 'ERR_AUTHENTICATION'],
        ['postgres-server', 1, 'not-reached', 'ERR_UNREACHABLE'],
        ['postgres-server', silent.port, 'reached', 'ERR_TIMEOUT'],
        ['tls-endpoint', site.hardened, 'reached', undefined],
      ].sort(),
    );
  });

  test('takes the id of a target, and refuses what is neither id nor URL', async () => {
    const line = `{ id: ledger, url: "postgres://assay@127.0.0.1:${server.port}/postgres", tls: plaintext }`;
    writeFileSync(join(site.folder, 'ids.yaml'), `targets:\n  - ${line}\n`);
    const found = await examined(
      'ledger',
      '--config',
      'ids.yaml',
      '--control',
      'postgres.role.superusers-limited',
    );
    expect(found).toMatchObject({ id: 'ledger', login: { name: 'assay' }, exitCode: 0 });
    const refused = await assay(['doctor', 'leger', '--config', 'ids.yaml'], { cwd: site.folder });
    expect([refused.exitCode, refused.stdout]).toEqual([2, '']);
  });
});

describe('assay grants postgres --check', () => {
  const check = (...argv: readonly string[]) =>
    assay(['grants', 'postgres', '--check', ...argv], { cwd: site.folder });

  test('every right of the printed role is there, but for the database that it may not enter', async () => {
    const { stdout, exitCode } = await check(urlOf('assay'));
    expect(exitCode).toBe(4);
    expect(stdout.match(/^ {2}missing .*/gm)).toEqual([
      '  missing  CONNECT on database closed: not granted; without it facts about what is in databases cannot be seen whole',
    ]);
    expect(stdout).toMatch(/^ {2}there {4}EXECUTE on function assay_audit\.hba_loaded\(\)$/m);
    await setUp(server, 'grant connect on database closed to assay');
    expect(await check(urlOf('assay'))).toMatchObject({
      exitCode: 0,
      stderr: 'exit code 0: every right is there\n',
    });
    await setUp(server, 'revoke connect on database closed from assay');
  });

  test('none of them is there of an ordinary role', async () => {
    const { stdout } = await check(urlOf('plain'), '--json');
    const [{ result }] = JSON.parse(stdout);
    const held = result.rights.filter((one: { held: boolean }) => one.held);
    expect(held.every(({ right }: { right: string }) => right.startsWith('CONNECT on database'))).toBe(true);
    expect(result.rights.length - held.length).toBeGreaterThan(4);
  });

  test('a superuser has them all, and more than is needed', async () => {
    await setUp(server, 'create role root superuser login');
    const { stdout, exitCode } = await check(urlOf('root'));
    expect(exitCode).toBe(0);
    expect(stdout).not.toMatch(/^ {2}missing/m);
    expect(stdout).toMatch(/^ {2}more than is needed: superuser/m);
  });

  test.each([
    [
      'that says something else',
      `create or replace function assay_audit.hba_loaded() returns table (loaded boolean, verbatim boolean)
       language sql stable security definer as 'select true, true'`,
      'it is another than this assay prints: replace it with the printed one',
    ],
    [
      'of an ordinary owner',
      'alter function assay_audit.role_password_methods() owner to plain',
      'its owner is no superuser',
    ],
    [
      'that it may not call',
      'revoke execute on function assay_audit.role_password_methods() from assay',
      'not granted',
    ],
    [
      'that is not there',
      'drop function assay_audit.hba_loaded()',
      'there is no such function in that database',
    ],
  ])('a function %s does not count', async (_, sql, why) => {
    await setUp(server, sql);
    try {
      const { stdout, exitCode } = await check(urlOf('assay'));
      expect(exitCode).toBe(4);
      expect(stdout).toContain(`(): ${why}; without it postgres.`);
    } finally {
      await setUp(server, 'drop schema assay_audit cascade');
      const [, ...rest] = grantsSql({ role: 'assay', platform: 'self-managed' }).split('create role');
      const again = rest.join('').split('\n').slice(1).join('\n');
      await setUp(server, again);
    }
  });

  test('a function that is needed in another database too is asked for there', async () => {
    await setUp(server, 'create database clinic');
    const right = 'EXECUTE on function assay_audit.user_mappings() in database clinic';
    expect((await check(urlOf('assay'))).stdout).not.toContain(right);
    const mapping = 'create user mapping for public server away options (password $$p$$)';
    await setUp(
      server,
      `create foreign data wrapper w; create server away foreign data wrapper w; ${mapping}`,
      'clinic',
    );
    expect((await check(urlOf('assay'))).stdout).toContain(`missing  ${right}: there is no such function`);
    const [, repeated] = grantsSql({ role: 'assay', platform: 'self-managed' }).split(/^-- .*\*{20}$/m);
    await setUp(server, repeated ?? '', 'clinic');
    expect((await check(urlOf('assay'))).stdout).toContain(`there    ${right}\n`);
  });

  test('what reads a declared log and counts declared data is asked for too', async () => {
    await setUp(server, 'create schema billing; create table billing.cards (number text)');
    const column = '{ column: postgres.billing.cards.number, class: pan }';
    const declared = (log: string, more = ''): string => `targets:
  - id: db
    url: ${urlOf('plain')}
    log: ${log}
${more}`;
    const missing = async (text: string): Promise<readonly string[]> => {
      writeFileSync(join(site.folder, 'declared.yaml'), text);
      const { stdout, exitCode } = await check('db', '--config', 'declared.yaml');
      expect(exitCode).toBe(4);
      return (stdout.match(/^ {2}missing .*(?:log_|counting|billing).*$/gm) ?? []).map((line) =>
        line.replace(/^ {2}missing {2}|(?: by assay_audit\.(?:sample|use|identifiers)_\w+\(\))?: .*/g, ''),
      );
    };
    const functions = ['log_chunk', 'log_files', 'log_sessions'].map(
      (name) => `EXECUTE on function assay_audit.${name}`,
    );
    const data = `    data:\n      columns: [${column}]\n      de-identified: [{ table: postgres.billing.cards, method: safe-harbour }]\n`;
    const table = 'SELECT on one column of billing.cards';
    const counting = 'counting postgres.billing.cards.number';
    expect(await missing(declared('{ canary-table: billing.cards }', data))).toEqual([
      ...functions,
      table,
      counting,
      counting,
      'counting postgres.billing.cards',
    ]);
    expect(await missing(declared(`{ folder: ${site.folder} }`))).toEqual([functions[2]]);
    await setUp(server, 'grant usage on schema billing to plain; grant select on billing.cards to plain');
    expect(await missing(declared('{ canary-table: billing.cards }', data))).toEqual(functions);
    const [, log] = grantsSql({ role: 'plain', platform: 'self-managed', log: true }).split(
      /^-- The server’s log/m,
    );
    await setUp(server, `grant usage on schema assay_audit to plain; -- ${log}`);
    expect(await missing(declared('{ canary-table: billing.nowhere }', data))).toEqual([
      'SELECT on one column of billing.nowhere',
    ]);
    await setUp(
      server,
      'drop schema billing cascade; drop function assay_audit.log_chunk, assay_audit.log_files',
    );
    await setUp(
      server,
      'drop function assay_audit.log_sessions; revoke all on schema assay_audit from plain',
    );
  });

  test('a server that is not there is not one without rights', async () => {
    const { stdout, exitCode } = await check('postgres://x@127.0.0.1:1/db?sslmode=disable');
    expect(exitCode).toBe(4);
    expect(stdout).toMatch(/\(ERR_UNREACHABLE\)$/m);
  });

  test.each([[`tls://127.0.0.1`], ['nothing']])('%s is refused', async (place) => {
    expect(await check(place)).toMatchObject({ exitCode: 2, stdout: '' });
  });

  test('nothing is tried: the server has no error to note', async () => {
    const errors = async () => (await server.log()).match(/ ERROR: /g)?.length;
    const before = await errors();
    for (const user of ['plain', 'assay']) await check(urlOf(user));
    expect(await errors()).toBe(before);
  });
});

test('a managed platform is told by its roles', async () => {
  const target = targetAt(
    { host: server.socketFolder, port: server.port },
    {
      user: 'postgres',
      password: { kind: 'env', name: 'P' },
    },
  );
  const looked = async () => {
    const record = await look(target, { P: 'superuser-password' }, ['postgres.server']);
    const { platform } = seen(record, 'postgres.server').value as { readonly platform?: string };
    expect(record.identity['platform']).toBe(platform);
    return platform;
  };
  expect(await looked()).toBeUndefined();
  await setUp(server, 'create role azure_pg_admin; create role azuresu');
  expect(await looked()).toBe('azure');
  const { stdout } = await assay(['grants', 'postgres', '--check', urlOf('plain')], { cwd: site.folder });
  expect(stdout).toMatch(/as plain, on azure$/m);
  expect(stdout).toContain('SELECT on pg_catalog.pg_hba_file_rules: nobody can grant it on azure');
  await setUp(server, 'drop role azure_pg_admin; drop role azuresu');
});

test('one server under two names is reported as one; a restart makes another of it', async () => {
  const twice = [urlOf('assay'), urlOf('assay').replace('127.0.0.1', 'localhost')];
  const { assessment, subjects } = await scan(site, [
    ...twice,
    '--control',
    'postgres.role',
    '--timeout',
    '2s',
  ]);
  expect(assessment.sameSystem).toHaveLength(1);
  expect(assessment.sameSystem[0]).toHaveLength(2);
  const identities = subjects.flatMap(({ identity }) => identity['started'] ?? []);
  expect(identities.length).toBe(2);
  expect(new Set(identities).size).toBe(1);
  const before = identities[0];
  await server.restart();
  const again = await scan(site, [urlOf('assay'), '--control', 'postgres.role']);
  expect(again.subjects[0]?.identity).toMatchObject({ node: 'primary' });
  expect(again.subjects[0]?.identity['started']).not.toBe(before);
});
