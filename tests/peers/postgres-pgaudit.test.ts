import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PostgresServer } from '../../src/demo/postgres-server.ts';
import type { CollectedRecord, Observation } from '../../src/model/index.ts';
import { grantedRights } from '../../src/postgres/granted-rights.ts';
import { grantsSql } from '../../src/postgres/grants.ts';
import { judge, library } from '../control-cases.ts';
import { selfSigned } from '../postgres/certificate.ts';
import { fileWith, look, running, seen, stopAll, targetAt } from '../postgres/looking.ts';

const certificate = selfSigned('db.test');
let server: PostgresServer;

/** Debian's PostgreSQL 15 with pgaudit, which writes down every statement that anyone runs. */
beforeAll(async () => {
  server = await running({
    password: 'superuser-password',
    binaries: '/usr/lib/postgresql/15/bin',
    hba: ['hostssl all assay 127.0.0.1/32 scram-sha-256', 'hostssl all app 10.0.0.0/8 scram-sha-256'],
    settings: {
      shared_preload_libraries: 'pgaudit',
      'pgaudit.log': 'all',
      'pgaudit.log_catalog': 'on',
      'pgaudit.log_level': 'log',
      log_connections: 'on',
      log_disconnections: 'on',
      log_line_prefix: '%u: ',
    },
    tls: certificate,
  });
  psql(grantsSql({ role: 'assay', platform: 'self-managed' }));
  psql("alter role assay password 'p'; create role app login; create table ledger (id int)");
});
afterAll(stopAll);

function psql(sql: string): string {
  const { host, port, user, database, password } = server.superuser;
  const place = ['-h', host, '-p', String(port), '-U', user, '-d', database];
  return execFileSync('psql', ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', ...place], {
    input: sql,
    encoding: 'utf8',
    env: { ...process.env, PGPASSWORD: password },
  }).trim();
}

const lookAsAuditor = (): Promise<CollectedRecord> =>
  look(
    targetAt(
      { host: 'db.test', port: server.port, addresses: [server.host] },
      { user: 'assay', password: { kind: 'file', path: fileWith('p') } },
      certificate.certificatePem,
    ),
  );

/** Controls, and the question to the server itself that has the same answer. */
const questions: Readonly<Record<string, string>> = {
  'postgres.audit.connections-logged':
    "select current_setting('log_connections') = 'on' and current_setting('log_disconnections') = 'on'",
  'postgres.auth.no-md5-verifiers':
    "select not exists (select from pg_authid where rolcanlogin and rolpassword like 'md5%')",
  'postgres.auth.no-trust': "select not exists (select from pg_hba_file_rules where auth_method = 'trust')",
  'postgres.auth.password-encryption-scram':
    "select current_setting('password_encryption') = 'scram-sha-256'",
  'postgres.auth.superuser-not-remote': `select not exists (select from pg_hba_file_rules, pg_roles
    where address = '10.0.0.0' and rolsuper and rolcanlogin and rolname = any (user_name))`,
  'postgres.grant.no-public-create': `select not exists (select from pg_namespace
    where nspname = 'public' and has_schema_privilege('public', oid, 'create'))`,
  'postgres.grant.no-public-objects': `select not exists (select from information_schema.role_table_grants
    where grantee = 'PUBLIC' and table_schema not in ('pg_catalog', 'information_schema'))`,
  'postgres.param.durability': "select current_setting('fsync') = 'on'",
  'postgres.role.dangerous-predefined-roles': `select not exists (select from pg_roles
    where rolcanlogin and not rolsuper and pg_has_role(oid, 'pg_read_all_data', 'member'))`,
  'postgres.role.superusers-limited':
    "select not exists (select from pg_roles where rolsuper and rolcanlogin and rolname <> 'postgres')",
  'postgres.tls.enabled': "select current_setting('ssl') = 'on'",
  'postgres.tls.minimum-version':
    "select current_setting('ssl_min_protocol_version') in ('TLSv1.2', 'TLSv1.3')",
};

const answers = (): Record<string, string> =>
  Object.fromEntries(Object.entries(questions).map(([id, sql]) => [id, psql(sql) === 't' ? 'pass' : 'fail']));

function verdicts({ observations }: CollectedRecord): Record<string, string> {
  const judged = library.filter(({ loaded }) => loaded.source.control.id in questions);
  return Object.fromEntries(
    judged.map(({ loaded }) => [
      loaded.source.control.id,
      judge(loaded, observations as unknown as readonly Observation[], {}).reason,
    ]),
  );
}

const auditFunctions = grantedRights
  .flatMap(({ rights }) =>
    rights.flatMap((right) => (right.kind === 'definer' ? [`assay_audit.${right.name}`] : [])),
  )
  .sort();

test('what pgaudit writes down of a scan is reading alone', async () => {
  await lookAsAuditor();
  const log = await server.log();
  const audited = [...log.matchAll(/^assay: LOG: {2}AUDIT: SESSION,\d+,\d+,(\w+),(\w*),(\w*),([\w.]*),/gm)];
  expect(audited.length).toBeGreaterThan(10);
  const kinds = new Set(audited.map(([, kind, ...what]) => (kind === 'FUNCTION' ? what.join(' ') : kind)));
  expect([...kinds].sort()).toEqual([...auditFunctions.map((name) => `EXECUTE FUNCTION ${name}`), 'READ']);
});

test('the settings and the verdicts are what psql says', async () => {
  const record = await lookAsAuditor();
  expect(seen(record, 'postgres.settings').value).toMatchObject({ shared_preload_libraries: 'pgaudit' });
  expect(verdicts(record)).toEqual(answers());
  expect(new Set(Object.values(answers()))).toEqual(new Set(['pass']));
});

test('and still are once everything is made worse', async () => {
  for (const change of [
    "alter system set log_disconnections = 'off'",
    "alter system set password_encryption = 'md5'",
    "alter system set fsync = 'off'",
    "alter system set ssl_min_protocol_version = 'TLSv1.1'",
    'alter role app superuser',
    "set password_encryption = 'md5'; create role legacy login password 'p' in role pg_read_all_data",
    'grant create on schema public to public; grant select on ledger to public',
    "copy (select 'local all legacy trust') to program 'cat >> pg_hba.conf'",
    'select pg_reload_conf(), pg_sleep(1)',
  ])
    psql(change);
  const found = verdicts(await lookAsAuditor());
  expect(found).toEqual(answers());
  const passing = Object.keys(found).filter((id) => found[id] === 'pass');
  expect(passing).toEqual(['postgres.tls.enabled']);
});
