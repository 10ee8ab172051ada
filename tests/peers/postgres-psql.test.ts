import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PostgresServer } from '../../src/demo/postgres-server.ts';
import { grantsSql } from '../../src/postgres/grants.ts';
import { selfSigned } from '../postgres/certificate.ts';
import { allText, fileWith, look, running, seen, stopAll, targetAt } from '../postgres/looking.ts';

const canary = 'canary-ldapbindpasswd';
const certificate = selfSigned('db.test');
let server: PostgresServer;

/** PostgreSQL 15 of Debian: the last major without rule numbers and grant options in its catalogs. */
beforeAll(async () => {
  server = await running({
    password: 'superuser-password',
    binaries: '/usr/lib/postgresql/15/bin',
    hba: [
      `host all ldapper 10.0.0.0/8 ldap ldapserver=ldap.test ldapbinddn="cn=x" ldapbindpasswd="${canary}" ldapbasedn="dc=x"`,
      'hostssl "odd name",sameuser +team,"quoted user" 192.0.2.0 255.255.255.0 cert clientcert=verify-full map=people',
      'hostssl all all ::/0 scram-sha-256',
      'hostssl all all 127.0.0.1/32 scram-sha-256',
    ],
    settings: { ssl_ca_file: 'server.crt' },
    tls: certificate,
  });
  psql(grantsSql({ role: 'assay', platform: 'self-managed' }));
  psql(`alter role assay password 'p';
    create role team; create role boss login superuser; create role app login in role team connection limit 7
      valid until '2031-02-03 04:05:06+00';
    create role reader login; create role readers; grant pg_read_all_data to readers; grant readers to reader;
    create role later login noinherit in role readers;`);
});
afterAll(stopAll);

function psql(sql: string, ...options: readonly string[]): string {
  const { host, port, user, database, password } = server.superuser;
  const args = [
    '-X',
    '-q',
    '-v',
    'ON_ERROR_STOP=1',
    '-h',
    host,
    '-p',
    String(port),
    '-U',
    user,
    '-d',
    database,
  ];
  return execFileSync('psql', [...args, ...options], {
    input: sql,
    encoding: 'utf8',
    env: { ...process.env, PGPASSWORD: password },
  });
}

const lines = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '');

const lookAsAuditor = () =>
  look(
    targetAt(
      { host: 'db.test', port: server.port, addresses: [server.host] },
      { user: 'assay', password: { kind: 'file', path: fileWith('p') } },
      certificate.certificatePem,
    ),
  );

describe('what psql says of the same server', () => {
  test('settings', async () => {
    const settings = seen(await lookAsAuditor(), 'postgres.settings').value as Record<string, string>;
    const listed = lines(psql('select name, setting from pg_settings', '-At', '-F', '='));
    const known = new Map(listed.map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]));
    expect(Object.keys(settings).length).toBeGreaterThan(30);
    for (const [name, value] of Object.entries(settings))
      expect(`${name}=${value}`).toBe(`${name}=${known.get(name)}`);
  });

  test('roles', async () => {
    const roles = seen(await lookAsAuditor(), 'postgres.roles').value as readonly Record<string, unknown>[];
    const named = lines(psql('\\du', '-At'))
      .filter((line) => /^\w+\|/.test(line))
      .map((line) => line.split('|')[0]);
    expect(
      roles
        .map(({ name }) => name)
        .filter((name) => !String(name).startsWith('pg_'))
        .sort(),
    ).toEqual(named.sort());
    const superusers = lines(psql('\\du', '-At')).filter((line) => line.includes('Superuser'));
    expect(roles.filter(({ superuser }) => superuser).length).toBe(superusers.length);
    expect(roles.find(({ name }) => name === 'app')).toMatchObject({
      connectionLimit: 7,
      validUntil: '2031-02-03T04:05:06Z',
    });
  });

  test('who can take up pg_read_all_data', async () => {
    const roles = seen(await lookAsAuditor(), 'postgres.roles').value as readonly Record<string, unknown>[];
    const reaching = roles.filter(
      ({ reach, superuser }) => !superuser && String(reach).includes('pg_read_all_data'),
    );
    const sql = `select rolname from pg_roles where not rolsuper and rolname <> 'pg_read_all_data'
      and pg_has_role(oid, 'pg_read_all_data', 'member') order by 1`;
    expect(reaching.map(({ name }) => name)).toEqual(lines(psql(sql, '-At')));
  });

  test('password methods', async () => {
    const sql =
      "select rolname, coalesce(substr(rolpassword, 1, 13), 'none') from pg_authid where rolcanlogin order by 1";
    const expected = lines(psql(sql, '-At')).map((line) => line.toLowerCase());
    const found = seen(await lookAsAuditor(), 'postgres.passwords').value as readonly Record<
      string,
      string
    >[];
    expect(found.map(({ role, method }) => `${role}|${method}`)).toEqual(expected);
  });

  test('rules, with the secret of one of them left where it is', async () => {
    const record = await lookAsAuditor();
    expect(seen(record, 'postgres.hba').value).toMatchObject({
      rules: [
        {},
        { rule: 'host all ldapper 10.0.0.0/8 ldap', prefixLength: 8, remoteUnencrypted: true },
        {
          rule: 'hostssl odd name,sameuser +team,quoted user 192.0.2.0/24 cert clientcert=verify-full map=people',
          clientCertificate: 'verify-full',
          remoteUnencrypted: false,
        },
        { rule: 'hostssl all all ::/0 scram-sha-256', anyAddress: true },
        { rule: 'hostssl all all 127.0.0.1/32 scram-sha-256', remote: false },
      ],
    });
    expect(seen(record, 'postgres.admissions').value).toContainEqual(
      expect.objectContaining({ role: 'app', remote: true }),
    );
    expect(psql("select options from pg_hba_file_rules where auth_method = 'ldap'", '-At')).toContain(canary);
    expect(allText(record).includes(canary)).toBe(false);
  });
});
