import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PostgresServer } from '../../src/demo/postgres-server.ts';
import { hardenedTarget, mend, startHardened } from '../postgres/clusters/index.ts';
import { controls, exceptionsOf, idOf, verdicts } from '../postgres/clusters/verdicts.ts';
import { look, setUp, stopAll } from '../postgres/looking.ts';

const debian = '/usr/lib/postgresql/15/bin';
const audited = 'postgres.audit.classes-complete';
const credcheck = ['postgres.auth.failed-login-limited', 'postgres.auth.password-policy-loaded'];
const without = (ids: readonly string[]) => controls.map(idOf).filter((id) => !ids.includes(id));
let server: PostgresServer;

/** Settings as two libraries have them, of which neither is loaded. */
const named = {
  'pgaudit.log': 'all',
  'pgaudit.log_level': 'log',
  'credcheck.max_auth_failure': '5',
  'credcheck.password_min_length': '12',
  'credcheck.password_min_digit': '1',
  'credcheck.password_min_lower': '1',
  'credcheck.password_min_upper': '1',
  'credcheck.password_reuse_history': '4',
};

/** Debian's PostgreSQL 15, hardened, with a superuser for emergencies who cannot log in. */
beforeAll(async () => {
  server = await startHardened(debian, {
    settings: named,
    sql: 'create role breakglass superuser nologin',
  });
});
afterAll(stopAll);

const lookAsAuditor = () => look(hardenedTarget(server));

test('settings by the name of a library are not the library; every other control passes', async () => {
  expect(verdicts(await lookAsAuditor())).toEqual({
    pass: without([audited, ...credcheck]),
    fail: [audited, ...credcheck],
  });
});

test('with pgaudit loaded its control passes too', async () => {
  await mend(server, { settings: { shared_preload_libraries: 'pgaudit' }, restart: true });
  expect(verdicts(await lookAsAuditor())).toEqual({ pass: without(credcheck), fail: credcheck });
});

test('and with no more than the classes that must be', async () => {
  await mend(server, { settings: { 'pgaudit.log': 'ddl, role, write' } });
  expect(exceptionsOf(audited, await lookAsAuditor())).toEqual([]);
  await mend(server, { settings: { 'pgaudit.log': 'ddl, role' } });
  expect(exceptionsOf(audited, await lookAsAuditor())).toEqual(['pgaudit.log every role']);
  await mend(server, { settings: { 'pgaudit.log': 'role, ddl, write' } });
});

test('a role and a database that have themselves audited less are named', async () => {
  await setUp(server, "alter role person set pgaudit.log = 'all, -role'");
  await setUp(server, "alter database clinic set pgaudit.log = 'none'");
  await setUp(server, "alter role service set pgaudit.log = 'write,role,ddl,read'");
  const record = await lookAsAuditor();
  const weakened = ['pgaudit.log role person', 'pgaudit.log database clinic'];
  expect(exceptionsOf(audited, record)).toEqual(weakened);
  expect(exceptionsOf('postgres.audit.not-weakened', record)).toEqual(weakened);
  await setUp(server, 'alter role person reset pgaudit.log');
  await setUp(server, 'alter database clinic reset pgaudit.log');
  expect(exceptionsOf(audited, await lookAsAuditor())).toEqual([]);
});

test('nor without the statement of an entry, nor with a log that goes nowhere', async () => {
  await setUp(server, 'alter role person set pgaudit.log_statement = off');
  const record = await lookAsAuditor();
  expect(exceptionsOf(audited, record)).toEqual(['pgaudit.log_statement role person']);
  expect(exceptionsOf('postgres.audit.not-weakened', record)).toEqual(['pgaudit.log_statement role person']);
  await setUp(server, 'alter role person reset pgaudit.log_statement');
  await mend(server, { settings: { log_destination: '' } });
  expect(exceptionsOf(audited, await lookAsAuditor())).toEqual(['postgres.logging.destinations']);
  await mend(server, { settings: { log_destination: 'stderr' } });
});

test('it does not pass at a level that the log leaves out, or a log that leaves all out', async () => {
  await mend(server, { settings: { 'pgaudit.log_level': 'debug1' } });
  expect(exceptionsOf(audited, await lookAsAuditor())).toEqual(['pgaudit.log_level every role']);
  await mend(server, { settings: { 'pgaudit.log_level': 'log', log_min_messages: 'fatal' } });
  expect(exceptionsOf(audited, await lookAsAuditor())).toEqual(['log_min_messages every role']);
});
