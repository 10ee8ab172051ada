import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CollectedRecord, Json, Observation } from '../../src/model/index.ts';
import { grantsSql } from '../../src/postgres/grants.ts';
import { judge, library } from '../control-cases.ts';
import { largeCatalog, largeCatalogSql } from '../postgres/large-catalog.ts';
import { look, running, seen, seenOverSocket, setUp, stopAll, targetAt } from '../postgres/looking.ts';

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

const sizeOf = (fact: string): number => JSON.stringify(seen(record, fact).value).length;
const countOf = (fact: string): number => (seen(record, fact).value as readonly unknown[]).length;

test('everything of a large catalog is told, and told briefly', () => {
  expect(countOf('postgres.tables')).toBe(largeCatalog.tables);
  expect(countOf('postgres.policies')).toBe(largeCatalog.tables / 5);
  expect(countOf('postgres.roles')).toBeGreaterThan(largeCatalog.roles);
  for (const name of seenOverSocket) expect([name, sizeOf(name) < 2_000_000]).toEqual([name, true]);
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
