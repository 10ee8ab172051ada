import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PostgresServer } from '../../src/demo/postgres-server.ts';
import type { Json } from '../../src/model/index.ts';
import { grantsSql } from '../../src/postgres/grants.ts';
import { look, running, seen, setUp, stopAll, targetAt } from '../postgres/looking.ts';

const fact = 'postgres.guardedFunctions';
let server: PostgresServer;

beforeAll(async () => {
  server = await running({ password: 'superuser-password', hba: ['local all all trust'] });
  await setUp(server, grantsSql({ role: 'assay', platform: 'self-managed' }));
  await setUp(server, 'create role reader; create role boss superuser; create role watch');
  await setUp(server, 'create database shop');
  await setUp(
    server,
    `create extension dblink;
     grant execute on function pg_read_binary_file(text), lo_import(text), pg_ls_dir(text) to boss;
     grant execute on function pg_ls_logdir() to pg_monitor; grant execute on function pg_sleep(float8) to reader;
     grant execute on function lo_export(oid, text) to public;
     grant execute on function dblink_connect_u(text) to reader;
     alter function pg_stat_file(text) owner to watch`,
    'shop',
  );
});
afterAll(stopAll);

test('who was given more than PostgreSQL and the scripts of extensions give', async () => {
  const target = targetAt({ host: server.socketFolder, port: server.port }, { user: 'assay' });
  const { value, completeness } = seen(await look(target, {}, [fact]), fact);
  const inShop = (value as readonly { readonly database: string }[]).filter(
    ({ database }) => database === 'shop',
  );
  expect(inShop).toEqual(
    [
      { function: 'pg_catalog.lo_export(oid, text)', role: 'public' },
      { function: 'pg_catalog.pg_stat_file(text)', role: 'watch' },
      { function: 'public.dblink_connect_u(text)', role: 'reader' },
    ].map((granted) => ({ database: 'shop', ...granted, looking: false })) as readonly Json[],
  );
  expect(value).toContainEqual({
    ...{ database: 'postgres', function: 'pg_catalog.pg_hba_file_rules()', role: 'assay', looking: true },
  });
  expect(completeness[0]?.missing).toEqual([]);
});
