import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PostgresServer } from '../../src/demo/postgres-server.ts';
import { grantsSql } from '../../src/postgres/grants.ts';
import { assay } from '../cli/terminal.ts';
import { look, running, seenOverSocket, setUp, stopAll, targetAt } from '../postgres/looking.ts';
import { quiet, rowsOf, type State, stateOf } from '../postgres/untouched.ts';
import { type Site, scan, startSite } from './scanning.ts';

let site: Site;
let server: PostgresServer;

beforeAll(async () => {
  site = await startSite();
  server = await running({
    password: 'superuser-password',
    hba: ['host all assay 127.0.0.1/32 trust'],
    settings: quiet,
  });
  await setUp(server, grantsSql({ role: 'assay', platform: 'self-managed' }));
  await setUp(server, 'create database clinic');
  const objects = `create table patients (id int primary key, name text);
    insert into patients values (1, 'a'), (2, 'b'); delete from patients where id = 2;
    create view names as select name from patients;
    create function f() returns int language sql security definer as 'select 1';
    create sequence counter;
    grant select on patients, names to public`;
  await setUp(server, objects);
  await setUp(server, objects, 'clinic');
});
afterAll(async () => {
  await stopAll();
  await site.stop();
});

const url = (): string => `postgres://assay@127.0.0.1:${server.port}/postgres?sslmode=disable`;

const withoutReads = ({ read: _, ...state }: State) => state;

test('a whole scan by the printed role leaves everything as it was, and reads no table', async () => {
  const before = await stateOf(server);
  const { subjects } = await scan(site, [url()]);
  expect(subjects.flatMap(({ observations }) => observations.map(({ kind }) => kind))).toContain('seen');
  expect(await stateOf(server)).toEqual(before);
  expect(Object.keys(before.catalogs).length).toBeGreaterThan(3 * 50);
  expect(Object.keys(before.files)).toHaveLength(4);
});

test.each(['doctor', 'grants'])('and so does assay %s', async (command) => {
  const before = await stateOf(server);
  const argv = command === 'doctor' ? ['doctor', url()] : ['grants', 'postgres', '--check', url()];
  expect((await assay(argv, { cwd: site.folder })).exitCode).not.toBe(1);
  expect(await stateOf(server)).toEqual(before);
});

test('and a look at every fact there is, also by a superuser', async () => {
  const password = { kind: 'env', name: 'P' } as const;
  const target = targetAt({ host: server.socketFolder, port: server.port }, { user: 'postgres', password });
  const before = await stateOf(server);
  const { observations } = await look(target, { P: 'superuser-password' });
  const found = observations.filter(({ kind }) => kind === 'seen').map(({ fact }) => fact);
  expect(found).toEqual(seenOverSocket);
  expect(withoutReads(await stateOf(server))).toEqual(withoutReads(before));
});

test('every statement that it sends begins as a query', async () => {
  const log = await server.log();
  const words = [...log.matchAll(/^assay\/[^|]*\|LOG: {2}(?:execute \S+|statement): (\w+)/gm)];
  expect(words.length).toBeGreaterThan(30);
  expect(new Set(words.map(([, word]) => word))).toEqual(new Set(['select', 'with']));
});

test('what would be a trace is one: the comparison sees a row, a setting and a comment', async () => {
  for (const [sql, part] of [
    ["insert into patients values (7, 'c')", 'written'],
    ["comment on table patients is 'c'", 'catalogs'],
    ["alter system set work_mem = '5MB'", 'files'],
    ['select txid_current()', 'nextTransaction'],
    ['select count(*) from patients', 'read'],
  ] as const) {
    const before = await stateOf(server);
    await rowsOf(server, sql);
    expect((await stateOf(server))[part]).not.toEqual(before[part]);
  }
});
