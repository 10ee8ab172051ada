import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PostgresServer } from '../../src/demo/postgres-server.ts';
import { grantsSql } from '../../src/postgres/grants.ts';
import { fileWith, look, running, setUp, stopAll, targetAt } from '../postgres/looking.ts';

/** What tells of the server's load, of time, and of the settings themselves. */
const moving = ['postgres.effective', 'postgres.load', 'postgres.overrides', 'postgres.parameters'];
let server: PostgresServer;

beforeAll(async () => {
  server = await running({ password: 'superuser-password', hba: ['local all all trust'] });
  await setUp(server, grantsSql({ role: 'assay', platform: 'self-managed' }));
  await setUp(
    server,
    `create function "Leaky"() returns text language plpgsql as
       $$ declare password text := 'hunter2hunter2'; begin return password; end $$;
     create table "Cards" (number text); alter table "Cards" enable row level security;
     create policy all_rows on "Cards" using (true);
     create subscription s connection 'host=127.0.0.1 port=1 sslmode=require options=''a\\ b''' publication p
       with (connect = false)`,
  );
});
afterAll(stopAll);

async function told(): Promise<unknown> {
  const password = { kind: 'file', path: fileWith('superuser-password') } as const;
  const target = targetAt({ host: server.socketFolder, port: server.port }, { user: 'assay', password });
  const { observations } = await look(target);
  return observations
    .filter(({ fact }) => !moving.includes(fact))
    .map((one) => [one.fact, one.kind === 'seen' ? one.value : one.reason.code]);
}

test.each([
  ['standard_conforming_strings', 'off'],
  ['quote_all_identifiers', 'on'],
  ['transform_null_equals', 'on'],
  ['DateStyle', 'German, DMY'],
  ['IntervalStyle', 'sql_standard'],
  ['TimeZone', 'Asia/Kathmandu'],
  ['bytea_output', 'escape'],
  ['extra_float_digits', '-15'],
  ['array_nulls', 'off'],
  ['client_encoding', 'LATIN1'],
  ['default_transaction_isolation', 'serializable'],
  ['search_path', 'public'],
])('what a server says does not depend on %s, which is %s for its sessions', async (name, value) => {
  const before = await told();
  await setUp(server, `alter role all set ${name} = '${value}'`);
  try {
    expect(await told()).toEqual(before);
  } finally {
    await setUp(server, `alter role all reset ${name}`);
  }
});
