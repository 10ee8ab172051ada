import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CollectedRecord, Json, Observation } from '../../src/model/index.ts';
import { postgresFacts } from '../../src/postgres/facts/index.ts';
import { grantsSql } from '../../src/postgres/grants.ts';
import { judge, library } from '../control-cases.ts';
import { largeCatalog, largeCatalogSql } from '../postgres/large-catalog.ts';
import { codes, look, running, seen, setUp, stopAll, targetAt } from '../postgres/looking.ts';
import { sightOf } from '../postgres/major.ts';

let record: CollectedRecord;
beforeAll(async () => {
  const server = await running({ password: 'superuser-password', hba: ['local all all trust'] });
  await setUp(server, grantsSql({ role: 'assay', platform: 'self-managed' }));
  await setUp(server, 'create database big');
  for (const sql of largeCatalogSql(largeCatalog)) await setUp(server, sql, 'big');
  record = await look(
    targetAt({ host: server.socketFolder, port: server.port }, { user: 'assay' }),
    {},
    undefined,
    60_000,
  );
}, 300_000);
afterAll(stopAll);

const countOf = (fact: string): number => (seen(record, fact).value as readonly unknown[]).length;

test('everything of a large catalog is told, and told briefly', () => {
  expect(countOf('postgres.tables')).toBe(largeCatalog.tables);
  expect(countOf('postgres.policies')).toBe(largeCatalog.tables / 5);
  expect(countOf('postgres.roles')).toBeGreaterThan(largeCatalog.roles);
  expect(codes(record)).toEqual(Object.fromEntries(postgresFacts.map(({ name }) => [name, sightOf(name)])));
  const values = record.observations.flatMap((one) => (one.kind === 'seen' ? [one] : []));
  for (const { fact, value } of values)
    expect([fact, JSON.stringify(value).length < 2_000_000]).toEqual([fact, true]);
});

const tables = Array.from({ length: 50 }, (_, i) => `big.area_${((i + 1) % 10) + 1}.thing_${i + 1}`);
const declared: readonly (readonly [string, string, Readonly<Record<string, Json>>])[] = [
  ['postgres.grant.sensitive-table-roster', 'fail', { tables }],
  ['postgres.grant.column-minimum', 'fail', { tables }],
  ['postgres.rls.enabled-and-forced', 'fail', { tables }],
  ['postgres.role.application-not-privileged', 'pass', { roles: ['person_1', 'person_2'] }],
];

test.each(declared)('%s can be judged over it: %s', (id, verdict, params) => {
  const control = library.find(({ loaded }) => loaded.source.control.id === id);
  if (control === undefined) throw new Error(`no control ${id}`);
  const observations = record.observations as unknown as readonly Observation[];
  expect(judge(control.loaded, observations, params).reason).toBe(verdict);
});
