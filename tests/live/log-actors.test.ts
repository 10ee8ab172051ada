import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PostgresServer } from '../../src/demo/postgres-server.ts';
import { grantsSql } from '../../src/postgres/grants.ts';
import { sessionOf, toldSettings } from '../postgres/log-looking.ts';
import { running, setUp, stopAll } from '../postgres/looking.ts';
import { type Site, scan, startSite } from './scanning.ts';

const env = { DB_PASSWORD: 'p' };
const attribution = 'auditlog.content.individual-attribution';
const interactive = 'access.service.no-interactive-use';
let server: PostgresServer;
let site: Site;

beforeAll(async () => {
  site = await startSite();
  server = await running({
    password: 'superuser-password',
    hba: ['local all all scram-sha-256'],
    settings: toldSettings,
  });
  await setUp(server, grantsSql({ role: 'assay', platform: 'self-managed', log: true }));
  await setUp(server, "alter role assay password 'p'");
  for (const role of ['anna', 'shop', 'shared', 'gone'])
    await setUp(server, `create role ${role} login password 'p'`);
  await come('anna', 'psql');
  await come('shop', 'shop-api');
  await come('gone', 'batch');
  await setUp(server, 'drop role gone');
});
afterAll(async () => {
  await stopAll();
  await site.stop();
});

const come = (user: string, application: string) =>
  sessionOf({ ...server.superuser, user, password: 'p' }, ['select 1'], application);

const listed = (roles: readonly string[]): string => `{ value: [${roles}], reason: the roster of today }`;

async function judge(people: readonly string[], services: readonly string[]) {
  const lines = [
    'targets:',
    '  - id: db',
    `    url: postgres://assay@/postgres?host=${server.socketFolder}&port=${server.port}`,
    '    tls: plaintext',
    '    credentials: { password: env:DB_PASSWORD }',
    '    log: {}',
    'params:',
    '  system:',
    `    ${attribution}: { people: ${listed(people)}, services: ${listed(services)} }`,
    `    ${interactive}: { services: ${listed(services)} }`,
  ];
  writeFileSync(join(site.folder, 'db.yaml'), `${lines.join('\n')}\n`);
  const args = ['--config', 'db.yaml', '--control', attribution, '--control', interactive];
  const { findings } = await scan(site, args, { env });
  return Object.fromEntries(
    findings.map(({ controlId, reason, exceptions }) => [
      controlId,
      [reason, ...exceptions.map(({ item }) => item)],
    ]),
  );
}

test('whoever acted and is not declared is an exception, also a role that is gone', async () => {
  const { user } = server.superuser;
  expect(await judge(['anna'], ['assay', 'shop', user])).toEqual({
    [attribution]: ['fail', 'gone'],
    [interactive]: ['pass'],
  });
});

test('with everybody declared there is none', async () => {
  const { user } = server.superuser;
  expect(await judge(['anna', 'gone'], ['assay', 'shop', user])).toMatchObject({ [attribution]: ['pass'] });
});

test('a service account in psql is an exception', async () => {
  await come('shop', 'psql');
  expect(await judge(['anna'], ['assay', 'shop'])).toMatchObject({ [interactive]: ['fail', 'shop'] });
});
