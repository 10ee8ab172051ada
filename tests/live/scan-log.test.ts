import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PostgresServer } from '../../src/demo/postgres-server.ts';
import { grantsSql } from '../../src/postgres/grants.ts';
import { assay } from '../cli/terminal.ts';
import { folderOf, sessionOf, toldSettings, untilQuiet } from '../postgres/log-looking.ts';
import { running, setUp, stopAll } from '../postgres/looking.ts';
import { everythingIn, type Site, scan, startSite } from './scanning.ts';

const secret = 'Geheim-Wort-11';
const card = '4111111111111111';
let server: PostgresServer;
let site: Site;

beforeAll(async () => {
  site = await startSite();
  server = await running({
    password: 'superuser-password',
    hba: ['local all all scram-sha-256'],
    settings: { ...toldSettings, log_statement: 'ddl' },
  });
  await setUp(server, grantsSql({ role: 'assay', platform: 'self-managed', log: true }));
  await setUp(server, "alter role assay password 'role-password'");
  await setUp(server, `create role leaky login password '${secret}'`);
  await sessionOf(server.superuser, [`select 1/0 /* ${card} */`]);
  writeFileSync(join(site.folder, 'db.yaml'), configuration());
});
afterAll(async () => {
  await stopAll();
  await site.stop();
});

const configuration = (): string => `targets:
  - id: db
    url: postgres://assay@/postgres?host=${server.socketFolder}&port=${server.port}
    tls: plaintext
    credentials: { password: env:DB_PASSWORD }
    log: { window-hours: 24 }
`;

const env = { DB_PASSWORD: 'role-password' };

describe('a scan of a target that declares its log', () => {
  test('judges the log, verifies, and keeps no word of it', async () => {
    const args = ['--config', 'db.yaml', '--control', 'auditlog', '--probe', 'canaries'];
    const scanned = await scan(site, args, { env });
    const verdicts = Object.fromEntries(scanned.findings.map(({ controlId, reason }) => [controlId, reason]));
    expect(verdicts).toEqual({
      'auditlog.access.readers-roster': 'fail',
      'auditlog.canary.authentication-failure': 'pass',
      'auditlog.canary.sensitive-read': 'unseen',
      'auditlog.content.individual-attribution': 'fail',
      'auditlog.content.no-sensitive-data': 'fail',
      'auditlog.content.required-fields': 'pass',
      'auditlog.coverage.gap-free': 'pass',
      'auditlog.integrity.delete-rights': 'pass',
      'auditlog.retention.not-excessive': 'pass',
      'auditlog.retention.six-years-for-hipaa': 'not-applicable',
      'auditlog.retention.twelve-months': 'pass',
    });
    expect((await assay(['verify', scanned.bundle])).exitCode).toBe(0);
    const report = await assay(['report', scanned.bundle, '--format', 'text,json,html,pdf']);
    expect(report.exitCode).toBe(0);
    const files = everythingIn(site.folder);
    for (const word of [secret, card, 'division by zero'])
      for (const encoding of ['utf8', 'base64', 'hex'] as const) {
        const text = Buffer.from(word).toString(encoding).replace(/=+$/, '').slice(0, -2);
        expect(files.includes(text)).toBe(false);
        expect((scanned.stdout + scanned.stderr + report.stdout).includes(text)).toBe(false);
      }
  });

  test('a log of which one form was emptied is not proven to be whole', async () => {
    const folder = await folderOf(server);
    // The end of an earlier session would be one whose beginning is gone.
    await untilQuiet(folder);
    for (const name of readdirSync(folder).filter((one) => one.endsWith('.csv')))
      writeFileSync(join(folder, name), '');
    const scanned = await scan(site, ['--config', 'db.yaml', '--control', 'auditlog'], { env });
    const verdicts = Object.fromEntries(scanned.findings.map(({ controlId, reason }) => [controlId, reason]));
    expect(verdicts).toMatchObject({
      'auditlog.content.required-fields': 'unseen',
      'auditlog.coverage.gap-free': 'unseen',
    });
    expect(scanned.stdout).toContain('entries of csvlog');
  });

  test('without the probe group no canary is left', async () => {
    const scanned = await scan(site, ['--config', 'db.yaml', '--control', 'auditlog'], { env });
    expect(scanned.findings.map(({ controlId }) => controlId).filter((id) => id.includes('canary'))).toEqual(
      [],
    );
  });

  test('is told beforehand', async () => {
    const args = ['plan', '--config', join(site.folder, 'db.yaml'), '--control', 'auditlog'];
    const quiet = await assay(args, { env });
    expect(quiet.stdout).toContain('log-store: at most 1 connection in one look');
    expect(quiet.stdout).toContain('from assay_audit.log_chunk($1, $2, $3)');
    expect(quiet.stdout).not.toContain('canary');
    const loud = await assay([...args, '--probe', 'canaries'], { env });
    expect(loud.stdout).toContain('log-store: at most 3 connections in one look');
    expect(loud.stdout).toContain('a log-in as assay_canary_<nonce>');
  });
});
