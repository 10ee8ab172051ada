import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PostgresServer } from '../../src/demo/postgres-server.ts';
import type { Observation } from '../../src/model/index.ts';
import type { Configuration } from '../../src/postgres/facts/configuration.ts';
import type { Effective } from '../../src/postgres/facts/effective.ts';
import type { Parameters } from '../../src/postgres/facts/parameters.ts';
import { grantsSql } from '../../src/postgres/grants.ts';
import { judge, library } from '../control-cases.ts';
import { selfSigned } from '../postgres/certificate.ts';
import {
  allText,
  fileWith,
  look,
  running,
  seen,
  setUp,
  stopAll,
  targetAt,
  unseen,
} from '../postgres/looking.ts';
import { knows } from '../postgres/major.ts';

const facts = [
  'postgres.settings',
  'postgres.overrides',
  'postgres.effective',
  'postgres.parameters',
  'postgres.logging',
  'postgres.configuration',
  'postgres.extensions',
  'postgres.languages',
];
const canary = 'canary-override';
const [timeouts, rights, triggers] = [
  knows('idle_session_timeout'),
  knows('rights to settings'),
  knows('event_triggers'),
];
/** A setting of which the server's value and that of a role differ, each as it is set and as it is told. */
const differing = timeouts
  ? { name: 'idle_session_timeout', server: ['10min', '600000'], clerk: ['0.25h', '900000'] }
  : { name: 'log_error_verbosity', server: ['terse', 'terse'], clerk: ['VERBOSE', 'verbose'] };
let server: PostgresServer;

beforeAll(async () => {
  server = await running({
    password: 'superuser-password',
    hba: ['local all all trust'],
    settings: {
      [differing.name]: differing.server[0] ?? '',
      listen_addresses: '127.1',
      log_lock_waits: 'on',
      log_statement: 'ddl',
      log_line_prefix: `%m [%p] ${canary} %-8u`,
    },
  });
  await setUp(server, grantsSql({ role: 'assay', platform: 'self-managed' }));
  await setUp(server, 'create database clinic');
  for (const sql of [
    'create role app login; create role clerk login; create role plain login; create role crew',
    "alter role app set log_statement = 'NONE'",
    "alter role app in database clinic set log_statement = 'all'",
    "alter database clinic set log_statement = 'mod'",
    "alter role crew set log_statement = 'none'",
    "alter role clerk set log_statement = 'ddl'",
    `alter role clerk set ${differing.name} = '${differing.clerk[0]}'`,
    "alter role all set log_min_duration_statement = '5 s'",
    `alter role app set "my.secret" = '${canary}=1'`,
    `alter role app set "pgaudit.log" = '${canary}'`,
    `alter role app set "credcheck.password_min_length" = '1'`,
    'alter role app set session_replication_role = replica',
    ...(triggers ? ['alter database clinic set event_triggers = off'] : []),
    'alter database clinic set ignore_checksum_failure = on; alter role app set zero_damaged_pages = yes',
    'alter database clinic set lo_compat_privileges = 1; alter role app set log_lock_waits = off',
    `alter role app set "pgaudit.log_statement" = 'off'; alter role app set "pgaudit.role" = '${canary}'`,
    ...(rights
      ? [
          'grant set on parameter log_statement, later.comes to clerk; grant alter system on parameter work_mem, logging_collector to public',
        ]
      : []),
    'select pg_sleep(1.1)',
    'alter system set max_connections = 77',
    `copy (select '${canary} = 1') to program 'cat >> postgresql.conf'`,
    'select pg_sleep(1.1), pg_reload_conf(), pg_sleep(0.5)',
  ])
    await setUp(server, sql);
});
afterAll(stopAll);

const lookAs = (user: string) =>
  look(
    targetAt(
      { host: server.socketFolder, port: server.port },
      { user, password: { kind: 'file', path: fileWith('superuser-password') } },
    ),
    {},
    facts,
  );

async function effectiveFor(user: string): Promise<Effective> {
  return seen(await lookAs(user), 'postgres.effective').value as Effective;
}

const told = (effective: Effective, name: string): readonly string[] =>
  effective
    .filter(({ setting }) => setting === name)
    .map(({ scope, value, except }) => [scope, value, ...except].join(' | '));

const precedence = ({ role, database }: Effective[number]): number =>
  (role === '' ? 0 : 2) + (database === '' ? 0 : 1);

describe('settings as sessions get them', () => {
  test('the value for a role in a database goes before the role’s, the database’s and the server’s', async () => {
    const effective = await effectiveFor('assay');
    expect(told(effective, 'log_statement')).toEqual([
      'every role | ddl | app',
      'role app | none',
      'role app in database clinic | all',
      'database clinic | mod | app | clerk',
    ]);
    expect(told(effective, differing.name)).toEqual([
      `every role | ${differing.server[1]} | clerk`,
      `role clerk | ${differing.clerk[1]}`,
    ]);
    expect(told(effective, 'log_min_duration_statement')).toEqual(['every role | 5000']);
    const less = effective
      .filter(({ logsLess }) => logsLess)
      .map(({ setting, scope }) => `${setting} ${scope}`);
    expect(less).toEqual(['log_lock_waits role app', 'log_statement role app']);
  });

  test('what keeps triggers and data whole, as each gets it', async () => {
    const effective = await effectiveFor('assay');
    const others = (name: string) => told(effective, name).filter((one) => !one.startsWith('every role'));
    expect(others('session_replication_role')).toEqual(['role app | replica']);
    expect(others('event_triggers')).toEqual(triggers ? ['database clinic | off'] : []);
    expect(others('ignore_checksum_failure')).toEqual(['database clinic | on']);
    expect(others('zero_damaged_pages')).toEqual(['role app | on']);
    expect(others('lo_compat_privileges')).toEqual(['database clinic | on']);
    expect(effective.find(({ setting }) => setting === 'listen_addresses')).toMatchObject({
      value: '127.1',
      words: ['127.0.0.1'],
    });
  });

  test('an override of the log that cannot be told is one without a word on what it does', async () => {
    const effective = await effectiveFor('assay');
    const [role] = effective.filter(({ setting }) => setting === 'pgaudit.role');
    expect(role).toMatchObject({ scope: 'role app' });
    expect(role).not.toHaveProperty('logsLess');
    expect(told(effective, 'pgaudit.log_statement')).toEqual(['role app | off']);
  });

  test('and the server itself says the same to each who logs in', async () => {
    const effective = (await effectiveFor('assay')).filter(({ setting }) => setting === 'log_statement');
    for (const role of ['app', 'clerk', 'plain', 'assay'])
      for (const database of ['postgres', 'clinic']) {
        const applies = effective
          .filter((one) => (one.role === '' ? !one.except.includes(role) : one.role === role))
          .filter((one) => one.database === '' || one.database === database);
        const closest = applies.toSorted((one, other) => precedence(other) - precedence(one))[0];
        const client = new Client({ host: server.socketFolder, port: server.port, user: role, database });
        await client.connect();
        const { rows } = await client.query('select current_setting($1) as value', ['log_statement']);
        await client.end();
        expect(`${role} ${database} ${closest?.value}`).toBe(`${role} ${database} ${rows[0]?.value}`);
      }
  });

  test('what the role may not see is missing, and is not taken for its default', async () => {
    const record = await lookAs('plain');
    const { value, completeness } = seen(record, 'postgres.effective');
    expect(told(value as Effective, 'shared_preload_libraries')).toEqual([]);
    expect(completeness[0]?.missing[0]).toMatchObject({
      what: expect.stringContaining('session_preload_libraries, shared_preload_libraries'),
      why: expect.stringContaining('grant it pg_read_all_settings'),
    });
    expect(seen(record, 'postgres.configuration').completeness.map(({ missing }) => missing.length)).toEqual([
      1, 1, 1,
    ]);
  });

  test('a value that only the role of the look has is not taken for the server’s', async () => {
    const record = await lookAs('clerk');
    expect(told(seen(record, 'postgres.effective').value as Effective, differing.name)).toEqual([
      `role clerk | ${differing.clerk[1]}`,
    ]);
    expect(JSON.stringify(seen(record, 'postgres.effective').completeness)).toContain(
      `the server’s value of ${differing.name}`,
    );
    expect(seen(record, 'postgres.settings').value).not.toHaveProperty(differing.name);
    expect(seen(await lookAs('assay'), 'postgres.settings').value).toHaveProperty(
      differing.name,
      differing.server[1],
    );
  });
});

describe('what is set, and by whom', () => {
  test('a value leaves the server where its name is known, otherwise only that there is one', async () => {
    const record = await lookAs('assay');
    const { value, completeness } = seen(record, 'postgres.overrides');
    expect(value).toContainEqual({
      setting: 'my.secret',
      scope: 'role app',
      role: 'app',
      database: '',
    });
    expect(value).toContainEqual(
      expect.objectContaining({ setting: 'log_min_duration_statement', scope: 'every role', value: '5 s' }),
    );
    expect(completeness[0]).toMatchObject({ returned: triggers ? 19 : 18, missing: [] });
    expect(allText(record)).not.toContain(canary);
  });

  test('rights over settings, superusers apart', async () => {
    const { value, completeness } = seen(await lookAs('assay'), 'postgres.parameters');
    const parameters = value as Parameters;
    expect(parameters.filter(({ setBy, alterSystemBy }) => setBy.length + alterSystemBy.length > 0)).toEqual(
      rights
        ? [
            { parameter: 'later.comes', log: false, setBy: [{ role: 'clerk' }], alterSystemBy: [] },
            { parameter: 'log_statement', log: true, setBy: [{ role: 'clerk' }], alterSystemBy: [] },
            { parameter: 'logging_collector', log: true, setBy: [], alterSystemBy: [{ role: 'PUBLIC' }] },
            { parameter: 'work_mem', log: false, setBy: [], alterSystemBy: [{ role: 'PUBLIC' }] },
          ]
        : [],
    );
    expect(parameters).toContainEqual({
      ...{ parameter: 'log_min_messages', log: true, setBy: [], alterSystemBy: [] },
    });
    expect(completeness[0]).toMatchObject({ returned: parameters.length, missing: [] });
    const [hidden] = seen(await lookAs('plain'), 'postgres.parameters').completeness;
    expect(hidden?.missing[0]?.why).toContain('pg_read_all_settings');
  });

  test('what stands in the files and is not in force', async () => {
    const { value, completeness } = seen(await lookAs('assay'), 'postgres.configuration');
    expect(value).toMatchObject({
      files: [
        { file: 'postgresql.auto.conf', loaded: false },
        { file: 'postgresql.conf', loaded: false },
      ],
      pending: [],
      errors: [{ file: 'postgresql.conf', setting: '', problem: 'refused' }],
    });
    expect(completeness.flatMap(({ missing }) => missing)).toEqual([]);
  });

  test('what waits for a restart, once the files can be applied', async () => {
    const without = `cat > /dev/null; sed -i /${canary}/d postgresql.conf`;
    await setUp(server, `copy (select '') to program '${without}'`);
    await setUp(server, 'select pg_sleep(1.1), pg_reload_conf(), pg_sleep(0.5)');
    expect(seen(await lookAs('assay'), 'postgres.configuration').value).toMatchObject({
      files: [{ loaded: true }, { loaded: true }],
      pending: [{ setting: 'max_connections' }],
      errors: [{ file: 'postgresql.auto.conf', setting: 'max_connections', problem: 'needs-restart' }],
    });
  });

  test('a file that was changed after the server last read it', async () => {
    await setUp(server, 'select pg_sleep(1.1)');
    await setUp(server, "copy (select '') to program $$cat > /dev/null; touch postgresql.conf$$");
    expect(seen(await lookAs('assay'), 'postgres.configuration').value).toMatchObject({
      files: [
        { file: 'postgresql.auto.conf', loaded: true },
        { file: 'postgresql.conf', loaded: false },
      ],
    });
  });

  test('a file that is gone, empty, or older than the one that was read', async () => {
    const inData = (command: string) =>
      setUp(server, `copy (select '') to program $$cat > /dev/null; ${command}$$`);
    const filesNow = async () =>
      (seen(await lookAs('assay'), 'postgres.configuration').value as Configuration).files;
    await inData('mkdir more; echo include_dir=more >> postgresql.conf; cp -p postgresql.conf older.conf');
    await inData('echo fsync=off > more/a.conf; echo autovacuum=off > more/b.conf');
    await setUp(server, 'select pg_sleep(1.1), pg_reload_conf(), pg_sleep(1.5)');
    expect((await filesNow()).map(({ loaded }) => loaded)).toEqual([true, true, true, true]);
    await inData(
      'rm more/a.conf; : > more/b.conf; touch -d 2001-01-01 older.conf; mv older.conf postgresql.conf',
    );
    expect(await filesNow()).toEqual([
      { file: 'a.conf', loaded: false },
      { file: 'b.conf', loaded: false },
      { file: 'postgresql.auto.conf', loaded: true },
      { file: 'postgresql.conf' },
    ]);
  });

  test('each line of the log says what the prefix has, whatever else stands in it', async () => {
    expect(seen(await lookAs('plain'), 'postgres.logging').value).toEqual({
      destinations: [{ destination: 'stderr', fields: ['process', 'time', 'user'] }],
      files: [],
    });
  });

  test('extensions and languages of every database', async () => {
    const record = await lookAs('assay');
    const databases = ['clinic', 'postgres', 'template1'];
    expect(seen(record, 'postgres.extensions').value).toMatchObject(
      databases.map((database) => ({ database, name: 'plpgsql', offered: '1.0', trusted: true })),
    );
    expect(seen(record, 'postgres.languages').value).toMatchObject(
      databases.map((database) => ({ database, name: 'plpgsql', trusted: true, publicUsage: true })),
    );
  });
});

test.each(['plaintext', 'socket'] as const)(
  'ssl shows as on where a reload found no certificate, and TLS is not offered: %s',
  async (way) => {
    const bare = await running({ password: 'superuser-password', hba: ['host all all 127.0.0.1/32 md5'] });
    await setUp(bare, 'alter system set ssl = on');
    await setUp(bare, 'select pg_sleep(1.1), pg_reload_conf(), pg_sleep(0.5)');
    const password = { kind: 'file', path: fileWith('superuser-password') } as const;
    const place = way === 'socket' ? { host: bare.socketFolder, port: bare.port } : bare;
    const target = targetAt(place, { user: 'postgres', password, tls: 'plaintext' });
    const record = await look(target, {}, ['postgres.settings', 'postgres.tls']);
    expect(seen(record, 'postgres.settings').value).toHaveProperty('ssl', 'on');
    if (way === 'socket') expect(unseen(record, 'postgres.tls').reason.code).toBe('ERR_NO_TLS_HERE');
    else expect(seen(record, 'postgres.tls').value).toEqual({ offered: false });
    expect(record.connections).toBe(way === 'socket' ? 1 : 2);
    const overTls = new Client({ ...bare.superuser, host: bare.host, ssl: { rejectUnauthorized: false } });
    await expect(overTls.connect()).rejects.toThrow('does not support SSL');
    const control = library.find(({ loaded }) => loaded.source.control.id === 'postgres.tls.enabled');
    if (control === undefined) throw new Error('no such control');
    const { observations } = record;
    const { reason } = judge(control.loaded, observations as unknown as readonly Observation[], {});
    expect(reason).toBe(way === 'socket' ? 'unseen' : 'fail');
  },
);

test.each(['plaintext', 'unverified'] as const)(
  'TLS that is offered is seen in a session that is %s, and the log says nothing of being asked',
  async (tls) => {
    const server = await running({
      password: 'superuser-password',
      hba: ['host all all 127.0.0.1/32 md5'],
      tls: selfSigned('db.test'),
    });
    const password = { kind: 'file', path: fileWith('superuser-password') } as const;
    const before = await server.log();
    const record = await look(targetAt(server, { user: 'postgres', password, tls }), {}, ['postgres.tls']);
    expect(seen(record, 'postgres.tls').value).toEqual({ offered: true });
    expect(record.connections).toBe(tls === 'plaintext' ? 2 : 1);
    expect((await server.log()).slice(before.length)).toBe('');
  },
);
