import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PostgresServer } from '../../src/demo/postgres-server.ts';
import type { Observation } from '../../src/model/index.ts';
import type { Roles } from '../../src/postgres/facts/roles.ts';
import { judge, library } from '../control-cases.ts';
import { fileWith, look, running, seen, setUp, stopAll, targetAt } from '../postgres/looking.ts';
import { knows, sinceOf } from '../postgres/major.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await running({ password: 'superuser-password', hba: ['local all all trust'] });
});
afterAll(stopAll);

test('settings are hidden from who is a member of pg_read_all_settings and does not inherit it', async ({
  skip,
}) => {
  const inherited = 'predefined roles that only count where they are inherited';
  skip(!knows(inherited), sinceOf(inherited));
  await setUp(server, 'create role looker login noinherit; grant pg_read_all_settings to looker');
  const password = { kind: 'file', path: fileWith('superuser-password') } as const;
  const target = targetAt({ host: server.socketFolder, port: server.port }, { user: 'looker', password });
  const { completeness } = seen(await look(target, {}, ['postgres.effective']), 'postgres.effective');
  expect(completeness[0]?.missing[0]?.what).toContain('shared_preload_libraries');
  const control = library.find(
    ({ loaded }) => loaded.source.control.id === 'postgres.param.libraries-allow-listed',
  );
  if (control === undefined) throw new Error('there is no such control');
  const { observations } = await look(target, {}, control.loaded.compiled.needs);
  const { reason } = judge(control.loaded, observations as unknown as readonly Observation[], {
    allowed: ['plpgsql'],
  });
  expect(reason).toBe('unseen');
});

test('a setting of the role that logged in hides the server’s, though another role is in force', async () => {
  await setUp(
    server,
    `create role watcher; grant pg_read_all_settings to watcher; create role guard login; grant watcher to guard;
     alter role guard set role = watcher; alter role guard set log_statement = 'all'`,
  );
  const password = { kind: 'file', path: fileWith('superuser-password') } as const;
  const target = targetAt({ host: server.socketFolder, port: server.port }, { user: 'guard', password });
  const { completeness } = seen(await look(target, {}, ['postgres.effective']), 'postgres.effective');
  expect(completeness[0]?.missing).toMatchObject([{ what: 'the server’s value of log_statement' }]);
});

test('a superuser that is only inherited is taken up, as its functions can be replaced', async ({ skip }) => {
  const options = 'options of memberships';
  skip(!knows(options), sinceOf(options));
  await setUp(
    server,
    `create role boss superuser; create role app login; grant boss to app with inherit true, set false;
     set role boss; create schema tools; create function tools.f() returns int language sql as 'select 1'`,
  );
  const password = { kind: 'file', path: fileWith('superuser-password') } as const;
  const target = targetAt({ host: server.socketFolder, port: server.port }, { user: 'postgres', password });
  const roles = seen(await look(target, {}, ['postgres.roles']), 'postgres.roles').value as unknown as Roles;
  expect(roles.find(({ name }) => name === 'app')).toMatchObject({ superuser: false, reach: ['boss'] });
  const client = new Client({ ...server.superuser, user: 'app' });
  await client.connect();
  try {
    await expect(client.query('set role boss')).rejects.toThrow('permission denied');
    await client.query(`create or replace function tools.f() returns int language plpgsql security definer
      as $$ begin execute 'alter role app superuser'; return 1; end $$`);
    await client.query('select tools.f()');
    const { rows } = await client.query('select rolsuper from pg_roles where rolname = current_user');
    expect(rows).toEqual([{ rolsuper: true }]);
  } finally {
    await client.end();
  }
});
