import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PostgresServer } from '../../src/demo/postgres-server.ts';
import { grantsSql } from '../../src/postgres/grants.ts';
import { loadRules } from '../postgres/hba-file.ts';
import { fileWith, look, running, seen, stopAll, targetAt } from '../postgres/looking.ts';

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
  const password = { kind: 'file', path: fileWith('p') } as const;
  const target = targetAt(server, { user: 'assay', password, tls: 'plaintext' });
  const { completeness } = seen(await look(target, {}, ['postgres.hba']), 'postgres.hba');
  return completeness.flatMap(({ missing }) => missing.map(({ why }) => why));
}

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
