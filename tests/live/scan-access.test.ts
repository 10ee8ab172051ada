import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PostgresServer } from '../../src/demo/postgres-server.ts';
import { grantsSql } from '../../src/postgres/grants.ts';
import { assay } from '../cli/terminal.ts';
import { running, setUp, stopAll } from '../postgres/looking.ts';
import { type Scanned, type Site, scan, startSite } from './scanning.ts';

let site: Site;
let shop: PostgresServer;
let ledger: PostgresServer;

const hba = ['local all all scram-sha-256'];
const today = new Date().toISOString().slice(0, 10);
const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);

beforeAll(async () => {
  site = await startSite();
  shop = await running({ password: 'superuser-password', hba });
  ledger = await running({ password: 'superuser-password', hba });
  for (const server of [shop, ledger]) {
    await setUp(server, grantsSql({ role: 'assay', platform: 'self-managed' }));
    await setUp(server, "alter role assay password 'role-password'");
  }
  await setUp(
    shop,
    `create role writers; create role readers; create role create_payment; grant readers to writers;
     create table orders (id int); grant select on orders to readers;
     create role app login; grant writers to app; create role anna login; grant create_payment to anna`,
  );
  await setUp(ledger, 'create role approve_payment; create role ben login; grant approve_payment to ben');
  const memberships = [...(await membershipsOf('shop', shop)), ...(await membershipsOf('ledger', ledger))];
  file('roles', ['system,account,role,admin', ...memberships]);
  file('duties', [
    'system,role,other-system,other-role',
    'shop,create_payment,ledger,approve_payment',
    'shop,writers,shop,create_payment',
  ]);
  file('accounts', [
    'system,account,privileged,person',
    ...['shop,postgres,yes,', 'shop,assay,,assay', 'shop,app,,shop service', 'shop,anna,,Anna'],
    ...['ledger,postgres,yes,', 'ledger,assay,,assay', 'ledger,ben,,Ben', 'ledger,anna_l,,Anna'],
  ]);
  const accounts = [
    'shop,postgres',
    'shop,assay',
    'shop,app',
    'shop,anna',
    'ledger,postgres',
    'ledger,assay',
  ];
  file('reviews', [
    'system,account,date,reviewer,decision',
    ...accounts.map((one) => `${one},${daysAgo(20)},Carla,keep`),
    `ledger,ben,${daysAgo(20)},Anna,keep`,
    `ledger,gone,${daysAgo(20)},Anna,remove`,
  ]);
  writeFileSync(join(site.folder, 'db.yaml'), configuration());
});
afterAll(async () => {
  await stopAll();
  await site.stop();
});

function file(name: string, lines: readonly string[]): void {
  writeFileSync(join(site.folder, `${name}.csv`), `${lines.join('\n')}\n`);
}

/** As an administrator would list them, without what pg_monitor consists of. */
async function membershipsOf(system: string, server: PostgresServer): Promise<readonly string[]> {
  const client = new Client({ ...server.superuser, database: 'postgres', ssl: false });
  await client.connect();
  try {
    const { rows } = await client.query(
      `select distinct member::regrole::text as member, roleid::regrole::text as role from pg_auth_members
       where member::regrole::text <> 'pg_monitor'`,
    );
    return rows.map(({ member, role }) => `${system},${member},${role},`);
  } finally {
    await client.end();
  }
}

const targetLines = (id: string, { socketFolder, port }: PostgresServer): string => `  - id: ${id}
    url: postgres://assay@/postgres?host=${socketFolder}&port=${port}
    tls: plaintext
    credentials: { password: env:DB_PASSWORD }
`;
const registerLine = (name: string): string => `  ${name}: { file: ${name}.csv, date: ${today} }\n`;

const configuration = (): string => `targets:
${targetLines('shop', shop)}${targetLines('ledger', ledger)}registers:
${['accounts', 'roles', 'duties', 'reviews'].map(registerLine).join('')}params:
  system:
    access.model.grants-match-roles:
      direct: { value: [assay], reason: "what assay grants prints, and no more" }
    access.duties.segregated:
      superusers: { value: [shop postgres, ledger postgres], reason: "sealed, for emergencies" }
`;

const controls = ['model.grants-match-roles', 'duties.segregated', 'review.current-and-complete'];

async function scanned(config = 'db.yaml'): Promise<Scanned> {
  const chosen = controls.flatMap((one) => ['--control', `access.${one}`]);
  return scan(site, ['--config', config, ...chosen], { env: { DB_PASSWORD: 'role-password' } });
}

const verdicts = ({ findings }: Scanned) =>
  Object.fromEntries(
    findings
      .filter(({ subjectKind }) => subjectKind === 'organisation')
      .map(({ controlId, reason, exceptions }) => [
        controlId.slice('access.'.length),
        [reason, ...exceptions.map(({ item }) => item).toSorted()],
      ]),
  );

const passed = Object.fromEntries(controls.map((control) => [control, ['pass']]));

describe('registers of access, against two database servers', () => {
  test('agree with what is there, and the bundle judges the same again', async () => {
    const agreed = await scanned();
    expect(verdicts(agreed)).toEqual(passed);
    const verified = await assay(['verify', agreed.bundle, '--rederive']);
    expect([verified.exitCode, verified.stderr]).toEqual([0, '']);
  });

  test('each difference is named, and mended it is gone', async () => {
    await setUp(
      shop,
      `grant pg_read_server_files to app; grant create_payment to anna with admin option; revoke readers from writers;
       grant insert on orders to anna; grant create on schema public to anna`,
    );
    await setUp(ledger, 'create role anna_l login; grant approve_payment to anna_l; create role gone login');
    expect(verdicts(await scanned())).toEqual({
      'model.grants-match-roles': [
        'fail',
        'ledger anna_l approve_payment',
        'shop anna',
        'shop anna create_payment',
        'shop app pg_read_server_files',
        'shop writers readers',
      ],
      'duties.segregated': ['fail', 'shop create_payment ledger approve_payment Anna'],
      'review.current-and-complete': ['fail', 'ledger anna_l', 'ledger gone'],
    });
    await setUp(
      shop,
      `revoke pg_read_server_files from app; revoke admin option for create_payment from anna; grant readers to writers;
       revoke insert on orders from anna; revoke create on schema public from anna`,
    );
    await setUp(ledger, 'drop role anna_l; drop role gone');
    expect(verdicts(await scanned())).toEqual(passed);
  });

  test('a role within a role counts for duties, and an account that nobody knows is not tested', async () => {
    await setUp(shop, 'create role team; grant create_payment to team; grant team to app');
    await setUp(ledger, 'create role job login; grant approve_payment to job');
    const { findings } = await scanned();
    const duties = findings.find(({ controlId }) => controlId === 'access.duties.segregated');
    expect(duties?.exceptions.map(({ item }) => item)).toEqual([
      'shop writers shop create_payment shop service',
    ]);
    expect(duties?.unseen.map(({ item }) => item)).toEqual([
      'shop create_payment ledger approve_payment ledger job',
    ]);
    await setUp(shop, 'drop role team');
    await setUp(ledger, 'drop role job');
  });

  test('where a server was not reached nothing is proven', async () => {
    const config = configuration().replace(`port=${ledger.port}`, 'port=1');
    writeFileSync(join(site.folder, 'part.yaml'), config);
    const reasons = Object.values(verdicts(await scanned('part.yaml')));
    expect(reasons).toEqual([['unseen'], ['unseen'], ['unseen']]);
  });
});

describe('what was added since an earlier bundle', () => {
  test('is held against the approvals, and without that bundle nothing is known', async () => {
    writeFileSync(join(site.folder, 'approvals.csv'), 'system,account,role,approver,date,ticket\n');
    const targetsAlone = `targets:\n${targetLines('shop', shop)}`;
    writeFileSync(
      join(site.folder, 'changes.yaml'),
      `${targetsAlone}registers:\n${registerLine('approvals')}`,
    );
    const changes = async (...options: readonly string[]): Promise<Scanned> => {
      const args = ['--config', 'changes.yaml', '--control', 'access.change', ...options];
      return scan(site, args, { env: { DB_PASSWORD: 'role-password' } });
    };
    const first = await changes();
    const previous = ['--previous', first.bundle];
    expect(verdicts(first)).toEqual({ 'change.approved': ['unseen'] });
    expect(verdicts(await changes(...previous))).toEqual({ 'change.approved': ['not-applicable'] });
    await setUp(shop, 'create role carla login createrole; grant readers to carla');
    expect(verdicts(await changes(...previous))).toEqual({
      'change.approved': ['fail', 'shop carla ', 'shop carla CREATEROLE', 'shop carla readers'],
    });
    file('approvals', [
      'system,account,role,approver,date,ticket',
      ...['', 'CREATEROLE', 'readers'].map((role) => `shop,carla,${role},Ben,${today},T-1`),
    ]);
    const approved = await changes(...previous);
    expect(verdicts(approved)).toEqual({ 'change.approved': ['pass'] });
    expect((await assay(['verify', approved.bundle, '--rederive'])).exitCode).toBe(0);
    await setUp(shop, 'drop role carla');
  });

  test('an approval with a mistake is refused with its place', async () => {
    for (const [row, message] of [
      ['shop,carla,readers,Ben,2026-13-01,', 'approvals.csv:2:24 expected a day as 2026-11-01'],
      ['shop,carla,readers,Ben,2999-01-01,', 'approvals.csv:2:24 expected a day not after'],
      ['shop,,readers,Ben,2026-11-01,', 'approvals.csv:2:6 expected'],
    ] as const) {
      file('approvals', ['system,account,role,approver,date,ticket', row]);
      const ended = await assay(['scan', '--config', 'changes.yaml', '--out', 'never'], { cwd: site.folder });
      expect(ended.exitCode).toBe(2);
      expect(ended.stderr).toContain(message);
    }
  });
});
