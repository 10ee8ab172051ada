import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PostgresServer } from '../../src/demo/postgres-server.ts';
import { assay, removeFolders, temporaryFolder } from '../cli/terminal.ts';
import { planted, startClinic } from '../postgres/clinic.ts';
import { setUp, stopAll } from '../postgres/looking.ts';
import { everythingIn, type Scanned, scan } from './scanning.ts';

let server: PostgresServer;
let site: { readonly folder: string };
beforeAll(async () => {
  server = await startClinic();
  site = { folder: temporaryFolder() };
  await setUp(
    server,
    `create table tidy.payments (pan_enc bytea, card_number text, cvv text, seen_at timestamptz);
     insert into tidy.payments select pgp_sym_encrypt('4111111111111111', 'k'), '411111******1111', null, now()
       from generate_series(1, 30);
     create table tidy.test_cards (number text, waiting bytea);
     insert into tidy.test_cards select '5555 5555 5555 4444', pgp_sym_encrypt('9347', 'k') from generate_series(1, 30);
     create table tidy.study (born date, zip text, note text);
     insert into tidy.study select '1990-01-01', '021', 'felt well' from generate_series(1, 30);
     create table tidy.limited (born date, zip text, note text);
     insert into tidy.limited select '1930-05-17', '02138', 'felt well' from generate_series(1, 30);
     create table shop.copied (number text, waiting text);
     insert into shop.copied select '4539148803436467', '9347' from generate_series(1, 30);
     create table shop.study as select *, 'canary.patient@example.org' as contact from tidy.limited;`.replace(
      'create table',
      'create schema tidy; create table',
    ),
    'clinic',
  );
});
afterAll(async () => {
  await stopAll();
  removeFolders();
});

const weak = `
      columns:
        - { column: clinic.shop.payments.card_number, class: pan, protection: encrypted }
        - { column: clinic.shop.payments.masked_wide, class: pan, protection: truncated }
        - { column: clinic.shop.payments.cvv, class: cvv }
        - { column: clinic.public.swiped.track_2, class: track }
        - { column: clinic.public.swiped.pin_code, class: pin }
        - { column: clinic.public.patients.ssn, class: ssn }
        - { column: clinic.public.patients.diagnosis, class: phi }
        - { column: 'clinic.public.patients."odd.""name''; drop table x"', class: ssn }
        - { column: clinic.shop.copied.number, class: pan }
        - { column: clinic.shop.copied.waiting, class: cvv, until-authorisation: true }
      de-identified:
        - { table: clinic.shop.study, method: safe-harbour }
        - { table: clinic.public.patients, method: limited-data-set }
      retention:
        - { table: clinic.public.visits, timestamp: created_at, max-age-days: 365 }
      volume-encrypted: true`;

const tidy = `
      columns:
        - { column: clinic.tidy.payments.pan_enc, class: pan, protection: encrypted }
        - { column: clinic.tidy.payments.card_number, class: pan, protection: truncated }
        - { column: clinic.tidy.payments.cvv, class: cvv }
        - { column: clinic.tidy.test_cards.waiting, class: cvv, until-authorisation: true }
      de-identified:
        - { table: clinic.tidy.study, method: safe-harbour }
        - { table: clinic.tidy.limited, method: limited-data-set }
      retention:
        - { table: clinic.tidy.payments, timestamp: seen_at, max-age-days: 30 }`;

function configured(name: string, data: string, environment = 'staging'): string {
  const url = `postgres:///clinic?host=${server.socketFolder}&port=${server.port}`;
  const target = `  - id: db\n    url: "${url}"\n    credentials: { user: assay }\n    data:${data}\n`;
  writeFileSync(join(site.folder, name), `environment: ${environment}\ntargets:\n${target}`);
  return name;
}

/** Has psql's part done: each part of the script in its database. */
async function granted(config: string): Promise<void> {
  const { stdout, exitCode } = await assay(['grants', 'postgres', '--sampling', '--config', config], {
    cwd: site.folder,
  });
  expect(exitCode).toBe(0);
  const [, database, sql = ''] = stdout.split(/^\\connect -reuse-previous=on "dbname='(.*)'"$/m);
  await setUp(server, sql, database);
}

const verdicts = ({ findings }: Scanned): Readonly<Record<string, string>> =>
  Object.fromEntries(
    findings.filter(({ subjectId }) => subjectId === 'db~data').map((one) => [one.controlId, one.reason]),
  );

const itemsOf = ({ findings }: Scanned, control: string): readonly string[] =>
  findings.find(({ controlId }) => controlId === control)?.exceptions.map(({ item }) => item) ?? [];

describe('a scan of a database with declared data', () => {
  test('reads no row unless asked for, and says which controls were left out', async () => {
    const config = configured('weak.yaml', weak);
    const scanned = await scan(site, ['--config', config, '--control', 'data']);
    expect(verdicts(scanned)).toEqual({
      'data.discovery.stores-declared': 'fail',
      'data.quality.constraints-present': 'not-applicable',
    });
    const left = scanned.assessment.scope.notAskedFor ?? [];
    expect(new Set(left.map(({ probe }) => probe))).toEqual(new Set(['sampling']));
    expect(left.map(({ control }) => control)).toContain('data.rights.erasure-canary');
    expect(everythingIn(scanned.bundle)).not.toContain('tablesample');
  });

  test('finds what is there, and leaves nothing of it in anything it writes', async () => {
    const config = configured('weak.yaml', weak);
    await granted(config);
    const scanned = await scan(site, [
      '--config',
      config,
      '--control',
      'data',
      '--probe',
      'sampling',
      '--timeout',
      '30s',
    ]);
    expect(verdicts(scanned)).toMatchObject({
      'data.deid.limited-data-set': 'fail',
      'data.deid.safe-harbour': 'fail',
      'data.discovery.stores-declared': 'fail',
      'data.minimise.nonproduction-clean': 'fail',
      'data.minimise.retention-enforced': 'fail',
      'data.minimise.unused-personal-columns': 'fail',
      'data.pan.no-cleartext': 'fail',
      'data.pan.not-disk-encryption-alone': 'fail',
      'data.pan.truncation-format': 'fail',
      'data.protect.sensitive-columns-encrypted': 'fail',
      'data.quality.constraints-present': 'not-applicable',
      'data.rights.consent-records-complete': 'unseen',
      'data.rights.request-deadlines': 'unseen',
      'data.sad.cvv-absent': 'fail',
      'data.sad.pin-absent': 'fail',
      'data.sad.preauthorization-encrypted': 'fail',
      'data.sad.track-absent': 'fail',
    });
    expect(itemsOf(scanned, 'data.pan.no-cleartext')).toEqual([
      'clinic.shop.payments.card_number',
      'clinic.public.swiped.track_2',
      'clinic.shop.copied.number',
    ]);
    expect(itemsOf(scanned, 'data.minimise.nonproduction-clean')).toEqual(['clinic.shop.copied.number']);
    expect(itemsOf(scanned, 'data.sad.preauthorization-encrypted')).toEqual(['clinic.shop.copied.waiting']);
    expect(itemsOf(scanned, 'data.sad.cvv-absent')).toEqual(['clinic.shop.payments.cvv']);
    expect(itemsOf(scanned, 'data.deid.safe-harbour')).toEqual([
      'clinic.shop.study.born',
      'clinic.shop.study.contact',
      'clinic.shop.study.zip',
    ]);
    expect(itemsOf(scanned, 'data.deid.limited-data-set')).toEqual([
      'clinic.public.patients.email',
      'clinic.public.patients."odd.""name\'; drop table x"',
      'clinic.public.patients.ssn',
    ]);
    expect(itemsOf(scanned, 'data.pan.truncation-format')).toEqual(['clinic.shop.payments.masked_wide']);
    expect(itemsOf(scanned, 'data.minimise.retention-enforced')).toEqual(['clinic.public.visits.created_at']);
    const report = await assay(['report', scanned.bundle, '--format', 'text,json,html,pdf']);
    expect(report.exitCode).toBe(0);
    expect((await assay(['verify', scanned.bundle])).exitCode).toBe(0);
    const written = [everythingIn(site.folder), scanned.stdout, scanned.stderr, report.stdout].join('\n');
    expect(planted.filter((each) => written.includes(each))).toEqual([]);
  });

  test('passes over a store that keeps to its map, where every row was read', async () => {
    const schemas =
      "do $$ declare s text; begin foreach s in array '{shop,public}'::text[] loop execute format('drop schema %I cascade', s); end loop; end $$; create schema public";
    await setUp(server, `${schemas}; create extension pgcrypto`, 'clinic');
    const config = configured('tidy.yaml', `${tidy}\n      sample: { rows: 1000 }`);
    await granted(config);
    const options = ['--control', 'data', '--probe', 'sampling', '--timeout', '30s'];
    const scanned = await scan(site, ['--config', config, ...options]);
    expect(verdicts(scanned)).toMatchObject({
      'data.deid.limited-data-set': 'pass',
      'data.deid.safe-harbour': 'pass',
      'data.discovery.stores-declared': 'pass',
      'data.minimise.nonproduction-clean': 'pass',
      'data.minimise.retention-enforced': 'pass',
      'data.minimise.unused-personal-columns': 'fail',
      'data.pan.no-cleartext': 'pass',
      'data.pan.not-disk-encryption-alone': 'pass',
      'data.pan.truncation-format': 'pass',
      'data.protect.sensitive-columns-encrypted': 'pass',
      'data.quality.constraints-present': 'not-applicable',
      'data.rights.consent-records-complete': 'unseen',
      'data.rights.request-deadlines': 'unseen',
      'data.sad.cvv-absent': 'unseen',
      'data.sad.pin-absent': 'not-applicable',
      'data.sad.preauthorization-encrypted': 'pass',
      'data.sad.track-absent': 'pass',
    });
    await setUp(server, 'analyze tidy.payments', 'clinic');
    const sample = configured('sample.yaml', `${tidy}\n      sample: { rows: 10 }`);
    await granted(sample);
    const part = await scan(site, ['--config', sample, ...options]);
    expect(verdicts(part)).toMatchObject({
      'data.discovery.stores-declared': 'pass',
      'data.minimise.retention-enforced': 'pass',
      'data.pan.no-cleartext': 'unseen',
      'data.pan.truncation-format': 'unseen',
      'data.protect.sensitive-columns-encrypted': 'unseen',
      'data.sad.cvv-absent': 'unseen',
    });
    const finding = part.findings.find(({ controlId }) => controlId === 'data.pan.no-cleartext');
    expect(finding?.unseen[0]?.message).toMatch(
      /\d+ of about 30 rows were read \(TABLESAMPLE BERNOULLI, seed 1\), and a sample proves no absence/,
    );
  });

  test('is a run of discovery, for this scan and for later ones that are given its bundle', async () => {
    const config = configured('run.yaml', `${tidy}\n      sample: { rows: 1000 }`);
    await granted(config);
    writeFileSync(join(site.folder, 'systems.csv'), 'system,owner\ndb,team\n');
    const register = 'registers: { systems: { file: systems.csv, date: 2026-11-01 } }\n';
    writeFileSync(join(site.folder, config), `system: clinic\n${register}`, { flag: 'a' });
    const control = ['--config', config, '--control', 'data.discovery'];
    const last = async (...options: readonly string[]): Promise<Scanned> =>
      await scan(site, [...control, ...options]);
    const resultOf = ({ findings }: Scanned): string | undefined =>
      findings.find(({ controlId }) => controlId === 'data.discovery.run-recent')?.reason;
    const sampling = ['--probe', 'sampling', '--control', 'data.pan', '--timeout', '30s'];
    const whole = await last(...sampling);
    const alone = await last();
    const after = await last('--previous', whole.bundle);
    expect([whole, alone, after].map(resultOf)).toEqual(['pass', 'unseen', 'pass']);
    const facts = after.subjects.find(({ subject }) => subject.kind === 'organisation')?.observations;
    expect(facts?.find(({ fact }) => fact === 'scope.discoveries')).toMatchObject({
      value: { stores: [{ store: 'db~data', columns: 4, ageDays: 0 }] },
    });
    expect((await assay(['verify', after.bundle, '--rederive'])).exitCode).toBe(0);
  });

  test('is told beforehand, query by query', async () => {
    const config = configured('weak.yaml', weak);
    const { stdout, exitCode } = await assay(
      ['plan', '--config', config, '--probe', 'sampling', '--control', 'data'],
      {
        cwd: site.folder,
      },
    );
    expect(exitCode).toBe(0);
    for (const part of [
      'from assay_audit.sample_',
      'from assay_audit.ages_',
      'tablesample bernoulli',
      'from "shop"."payments" t',
    ])
      expect(stdout).toContain(part);
  });
});

describe('assay grants postgres --sampling', () => {
  test('says what is missing where no target has data', async () => {
    writeFileSync(join(site.folder, 'none.yaml'), 'targets:\n  - url: https://pay.example\n');
    const ended = await assay(['grants', 'postgres', '--sampling', '--config', 'none.yaml'], {
      cwd: site.folder,
    });
    expect(ended.exitCode).toBe(2);
    expect(ended.stderr).toContain('expected one target with data, got 0');
  });
});
