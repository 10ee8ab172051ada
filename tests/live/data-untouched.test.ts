import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PostgresServer } from '../../src/demo/postgres-server.ts';
import { grantsSql } from '../../src/postgres/grants.ts';
import { assay, removeFolders, temporaryFolder } from '../cli/terminal.ts';
import { running, setUp, stopAll } from '../postgres/looking.ts';
import { quiet, type State, stateOf } from '../postgres/untouched.ts';
import { scan } from './scanning.ts';

let server: PostgresServer;
const site = { folder: '' };

/** Of each kind that can be declared one. */
const data = `
      columns:
        - { column: clinic.public.payments.card_number, class: pan, protection: truncated }
      retention:
        - { table: clinic.public.payments, timestamp: seen_at, max-age-days: 30 }
      de-identified:
        - { table: clinic.public.research, method: safe-harbour }
      records:
        - table: clinic.public.consents
          kind: consents
          columns: { person: patient, time: given_at, wording: wording, means: means }
      requests:
        - { table: clinic.public.consents, kind: gdpr, received: given_at, answered: given_at }
      constraints:
        - { column: clinic.public.consents.patient, must: [not-null] }
      sample: { rows: all }`;

beforeAll(async () => {
  site.folder = temporaryFolder();
  server = await running({
    password: 'superuser-password',
    hba: ['local all assay trust'],
    settings: quiet,
  });
  await setUp(server, grantsSql({ role: 'assay', platform: 'self-managed' }));
  await setUp(server, 'create database clinic');
  await setUp(
    server,
    `create table payments (card_number text, seen_at timestamptz);
     insert into payments select '411111******1111', now() from generate_series(1, 3000);
     create table consents (patient int not null, given_at timestamptz, wording text, means text);
     insert into consents select g, now(), 'v1', 'paper' from generate_series(1, 3000) g;
     create table research (year_of_visit int, outcome text);
     insert into research select 2020 + g % 5, 'well' from generate_series(1, 3000) g`,
    'clinic',
  );
  const url = `postgres:///clinic?host=${server.socketFolder}&port=${server.port}`;
  const target = `  - id: db\n    url: "${url}"\n    credentials: { user: assay }\n    data:${data}\n`;
  writeFileSync(join(site.folder, 'assay.yaml'), `targets:\n${target}`);
  const { stdout } = await assay(['grants', 'postgres', '--sampling', '--config', 'assay.yaml'], {
    cwd: site.folder,
  });
  const [, database, sql = ''] = stdout.split(/^\\connect -reuse-previous=on "dbname='(.*)'"$/m);
  await setUp(server, sql, database);
});
afterAll(async () => {
  await stopAll();
  removeFolders();
});

const withoutReads = ({ read: _, ...state }: State) => state;

test('a scan that reads every declared row leaves everything as it was', async () => {
  const before = await stateOf(server);
  const options = ['--config', 'assay.yaml', '--probe', 'sampling', '--timeout', '30s'];
  const { subjects } = await scan(site, options);
  const { observations = [] } = subjects.find(({ subject }) => subject.id === 'db~data') ?? {};
  expect(observations.filter(({ kind }) => kind !== 'seen')).toEqual([]);
  expect(JSON.stringify(observations)).toContain('"rows":3000');
  expect(withoutReads(await stateOf(server))).toEqual(withoutReads(before));
});

test('and every statement that it sends begins as a query', async () => {
  const log = await server.log();
  const words = [...log.matchAll(/^assay\/[^|]*\|LOG: {2}(?:execute \S+|statement): (\w+)/gm)];
  expect(words.length).toBeGreaterThan(30);
  expect(new Set(words.map(([, word]) => word))).toEqual(new Set(['select', 'with']));
});
