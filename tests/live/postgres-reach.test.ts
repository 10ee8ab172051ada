import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PostgresServer } from '../../src/demo/postgres-server.ts';
import type { Roles } from '../../src/postgres/facts/roles.ts';
import { fileWith, look, running, seen, setUp, stopAll, targetAt } from '../postgres/looking.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await running({ password: 'superuser-password', hba: ['local all all trust'] });
});
afterAll(stopAll);

test('a superuser that is only inherited is taken up, as its functions can be replaced', async () => {
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
