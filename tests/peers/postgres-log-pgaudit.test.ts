import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Continuity } from '../../src/auditlog/facts/continuity.ts';
import type { Fields } from '../../src/auditlog/facts/fields.ts';
import type { Matches } from '../../src/auditlog/facts/matches.ts';
import type { PostgresServer } from '../../src/demo/postgres-server.ts';
import type { Observation } from '../../src/model/index.ts';
import { grantsSql } from '../../src/postgres/grants.ts';
import { judge, library } from '../control-cases.ts';
import { logTarget, lookAtLog, quietFacts, sessionOf, toldSettings } from '../postgres/log-looking.ts';
import { allText, running, seen, setUp, stopAll } from '../postgres/looking.ts';

let server: PostgresServer;
const password = 'Geheim-Wort-9';

/** Debian's PostgreSQL 15 in the zone of Berlin, with pgaudit and the hardening that guides ask for. */
beforeAll(async () => {
  server = await running({
    password: 'superuser-password',
    binaries: '/usr/lib/postgresql/15/bin',
    hba: ['local all all scram-sha-256'],
    settings: {
      ...toldSettings,
      log_timezone: 'Europe/Berlin',
      shared_preload_libraries: 'pgaudit',
      'pgaudit.log': 'read,write,role,ddl',
      log_statement: 'ddl',
    },
  });
  await setUp(server, grantsSql({ role: 'assay', platform: 'self-managed', log: true }));
  await setUp(
    server,
    "alter role assay password 'p'; create table cards (number text); grant select on cards to assay",
  );
  await setUp(server, `create role app login password '${password}'`);
  await sessionOf(server.superuser, ['select * from cards', 'insert into cards values (1)', 'select 1/0']);
});
afterAll(stopAll);

const auditor = { user: 'assay', password: 'p' };

describe('a log with pgaudit', () => {
  test('is whole, and times in a zone of its own are understood', async () => {
    const record = await lookAtLog(logTarget(server, {}, auditor));
    const value = seen(record, 'auditlog.continuity').value as Continuity;
    for (const one of value.destinations)
      expect(one).toMatchObject({ missing: 0, unlogged: 0, malformed: 0 });
    const ageMs = Date.now() - Date.parse(value.destinations[0]?.lastEntry ?? '');
    expect(Math.abs(ageMs)).toBeLessThan(600_000);
  });

  test('what it redacts stands beside it in the clear, is counted, and is kept nowhere', async () => {
    const record = await lookAtLog(logTarget(server, {}, auditor));
    const { detectors } = seen(record, 'auditlog.matches').value as Matches;
    expect(detectors.filter(({ entries }) => entries > 0).map(({ detector }) => detector)).toEqual([
      'password-clause',
    ]);
    expect(allText(record)).not.toContain(password);
  });

  test('audit entries tell everything', async () => {
    const record = await lookAtLog(logTarget(server, {}, auditor));
    const { classes } = seen(record, 'auditlog.fields').value as Fields;
    const audit = classes.find((one) => one.class === 'audit');
    expect(audit?.entries).toBeGreaterThan(2);
    expect(audit).toMatchObject({ actor: audit?.entries, origin: audit?.entries, resource: audit?.entries });
  });

  test('has the canary’s read, of which no row is asked', async () => {
    const target = logTarget(server, { canaryTable: 'public.cards' }, auditor);
    const record = await lookAtLog(target, ['auditlog.canaries']);
    expect(seen(record, 'auditlog.canaries').value).toEqual({
      connection: true,
      disconnection: true,
      error: true,
      'failed-log-in': true,
      'sensitive-read': true,
    });
  });

  test('gets these verdicts', async () => {
    const target = logTarget(server, { canaryTable: 'public.cards' }, auditor);
    const record = await lookAtLog(target, [...quietFacts, 'auditlog.canaries']);
    const controls = library.filter(({ loaded }) => loaded.source.control.subject === 'log-store');
    const verdicts = controls.map(({ loaded }) => [
      loaded.source.control.id,
      judge(loaded, record.observations as unknown as readonly Observation[], {}).reason,
    ]);
    expect(Object.fromEntries(verdicts)).toEqual({
      'access.service.no-interactive-use': 'unseen',
      'auditlog.canary.authentication-failure': 'pass',
      'auditlog.canary.sensitive-read': 'pass',
      'auditlog.content.individual-attribution': 'fail',
      'auditlog.content.no-sensitive-data': 'fail',
      'auditlog.content.required-fields': 'pass',
      'auditlog.coverage.gap-free': 'pass',
      'auditlog.retention.not-excessive': 'pass',
      'auditlog.retention.six-years-for-hipaa': 'not-applicable',
      'auditlog.retention.twelve-months': 'pass',
      'postgres.role.inactive': 'unseen',
    });
  });
});
