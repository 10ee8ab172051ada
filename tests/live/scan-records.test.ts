import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PostgresServer } from '../../src/demo/postgres-server.ts';
import { grantsSql } from '../../src/postgres/grants.ts';
import { assay, removeFolders, temporaryFolder } from '../cli/terminal.ts';
import { running, setUp, stopAll } from '../postgres/looking.ts';
import { everythingIn, type Scanned, scan } from './scanning.ts';

let server: PostgresServer;
let site: { readonly folder: string };
beforeAll(async () => {
  server = await running({ password: 'superuser-password', hba: ['local all all trust'] });
  site = { folder: temporaryFolder() };
  await setUp(server, grantsSql({ role: 'assay', platform: 'self-managed' }));
  await setUp(server, 'create database clinic');
});
afterAll(async () => {
  await stopAll();
  removeFolders();
});

const inClinic = (sql: string): Promise<void> => setUp(server, sql, 'clinic');

function configured(data: string): void {
  const url = `postgres:///clinic?host=${server.socketFolder}&port=${server.port}`;
  const target = `  - id: db\n    url: "${url}"\n    credentials: { user: assay }\n    data:\n${data}`;
  writeFileSync(join(site.folder, 'assay.yaml'), `targets:\n${target}`);
}

/** Has psql's part done. */
async function granted(): Promise<void> {
  const { stdout, exitCode } = await assay(['grants', 'postgres', '--sampling'], { cwd: site.folder });
  expect(exitCode).toBe(0);
  const [, database, sql = ''] = stdout.split(/^\\connect -reuse-previous=on "dbname='(.*)'"$/m);
  await setUp(server, sql, database);
}

const scanned = (...controls: readonly string[]): Promise<Scanned> =>
  scan(site, [...controls.flatMap((control) => ['--control', control]), '--probe', 'sampling']);

/** Of the data: what came of each control, with the items that are exceptions. */
const verdicts = ({ findings }: Scanned): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    findings
      .filter(({ subjectId }) => subjectId === 'db~data')
      .map(({ controlId, reason, exceptions }) => [
        controlId,
        [reason, ...exceptions.map(({ item }) => item)],
      ]),
  );

test('records that miss a field fail, are named by it, and pass once completed', async () => {
  await inClinic(`
    create table consents (patient int, given_at timestamptz, wording text, channel text);
    create table disclosures (patient int, day date, recipient text, what text, purpose text);
    insert into consents values (1, now(), 'canary wording', 'paper'), (2, null, ' ', 'web');
    insert into disclosures values (1, '2026-01-01', 'canary recipient', 'chart', null)`);
  configured(`      records:
        - table: clinic.public.consents
          kind: consents
          columns: { person: patient, time: given_at, wording: wording, means: channel }
        - table: clinic.public.disclosures
          kind: disclosures
          columns: { person: patient, date: day, recipient: recipient, description: what, purpose: purpose }
`);
  await granted();
  const controls = ['data.rights.consent-records-complete', 'auditlog.disclosure.accounting-complete'];
  const weak = await scanned(...controls);
  expect(verdicts(weak)).toEqual({
    'auditlog.disclosure.accounting-complete': ['fail', 'clinic.public.disclosures.purpose purpose'],
    'data.rights.consent-records-complete': [
      'fail',
      'clinic.public.consents.given_at time',
      'clinic.public.consents.wording wording',
    ],
  });
  expect(everythingIn(weak.bundle)).not.toMatch(/canary (wording|recipient)/);
  expect((await assay(['verify', weak.bundle])).exitCode).toBe(0);
  await inClinic(`update consents set given_at = now(), wording = 'v2' where patient = 2;
    update disclosures set purpose = 'court order'`);
  expect(verdicts(await scanned(...controls))).toEqual(
    Object.fromEntries(controls.map((control) => [control, ['pass']])),
  );
  await inClinic('truncate consents');
  expect(verdicts(await scanned(...controls))).toMatchObject({ [controls[0] ?? '']: ['unseen'] });
});

test('requests that are late or overdue fail by their kind, and pass once none is', async () => {
  await inClinic(`
    create table asked (received date, answered date, told date);
    create table amended (received date, answered date);
    insert into asked values ('2026-01-05', '2026-01-20', null), ('2026-01-05', '2026-03-20', null);
    insert into amended values (current_date - 5, null), (current_date - 100, null)`);
  configured(`      requests:
        - { table: clinic.public.asked, kind: gdpr, received: received, answered: answered, extended: told }
        - { table: clinic.public.asked, kind: hipaa-access, received: received, answered: answered }
        - { table: clinic.public.amended, kind: hipaa-amendment, received: received, answered: answered }
        - { table: clinic.public.asked, kind: hipaa-accounting, received: received, answered: answered }
`);
  await granted();
  const control = 'data.rights.request-deadlines';
  expect(verdicts(await scanned(control))).toEqual({
    [control]: ['fail', 'gdpr', 'hipaa-access', 'hipaa-amendment', 'hipaa-accounting'],
  });
  await inClinic(
    `update asked set told = '2026-02-02'; delete from amended where received < current_date - 50`,
  );
  expect(verdicts(await scanned(control))).toEqual({
    [control]: ['fail', 'hipaa-access', 'hipaa-accounting'],
  });
  await inClinic("delete from asked where answered > '2026-02-01'");
  expect(verdicts(await scanned(control))).toEqual({ [control]: ['pass'] });
  const plan = await assay(['plan', '--probe', 'sampling', '--control', control], { cwd: site.folder });
  expect(plan.stdout).toContain('from assay_audit.deadlines_');
});

test('a constraint that is not there or not validated fails without a row being read, and passes once it is', async () => {
  await inClinic(`create table births (id int, born date not null, mother int);
    alter table births add constraint past check (born < '2100-01-01') not valid`);
  configured(`      constraints:
        - { column: clinic.public.births.id, must: [not-null, unique] }
        - { column: clinic.public.births.born, must: [not-null, checked] }
        - { column: clinic.public.births.mother, must: [references] }
`);
  const control = 'data.quality.constraints-present';
  const scanOnce = () => scan(site, ['--control', control]);
  expect(verdicts(await scanOnce())).toEqual({
    [control]: [
      'fail',
      'clinic.public.births.id not-null',
      'clinic.public.births.id unique',
      'clinic.public.births.born checked',
      'clinic.public.births.mother references',
    ],
  });
  await inClinic(`alter table births alter column id set not null, add unique (id), validate constraint past,
    add foreign key (mother) references births (id)`);
  const mended = await scanOnce();
  expect(verdicts(mended)).toEqual({ [control]: ['pass'] });
  expect(everythingIn(mended.bundle)).not.toContain('tablesample');
});

test('a column without a purpose, or that no row fills, fails, and passes once both are mended', async () => {
  await inClinic(`create table people (email text, phone text, fax text);
    insert into people values ('canary.person@example.org', '', null), (null, null, ' ')`);
  const columns = (...purposes: readonly string[]): string =>
    `      columns:\n${['email', 'phone', 'fax']
      .map(
        (name, index) =>
          `        - { column: clinic.public.people.${name}, class: phone${purposes[index] ?? ''} }\n`,
      )
      .join('')}`;
  const control = 'data.minimise.unused-personal-columns';
  configured(columns('', ', purpose: appointments'));
  await granted();
  const weak = await scanned(control);
  expect(verdicts(weak)[control]).toEqual([
    'fail',
    'clinic.public.people.email',
    'clinic.public.people.phone',
    'clinic.public.people.fax',
  ]);
  expect(everythingIn(weak.bundle)).not.toContain('canary.person');
  await inClinic("update people set phone = '1', fax = '2' where email is null");
  configured(columns(', purpose: billing', ', purpose: appointments', ', purpose: reports'));
  expect(verdicts(await scanned(control))[control]).toEqual(['pass']);
  await inClinic('truncate people');
  expect(verdicts(await scanned(control))[control]).toEqual(['unseen']);
});
