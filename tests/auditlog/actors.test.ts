import { expect, test } from 'vitest';
import { startActors } from '../../src/auditlog/actors.ts';
import { interactiveClientOf } from '../../src/auditlog/clients.ts';
import { startReader } from '../../src/auditlog/reader.ts';
import { csvLine, jsonLine, type Written } from './reading.ts';

const startMs = Date.UTC(2026, 10, 20, 12);
const session = `${Math.floor(startMs / 1000).toString(16)}.7`;
let line = 0;
const entry = (user: string, message: string, more: Partial<Written> = {}): Written => ({
  atMs: startMs + 1000,
  session,
  line: ++line,
  user,
  database: 'shop',
  message,
  ...more,
});
const logIn = (user: string, application: string, more: Partial<Written> = {}): Written =>
  entry(user, `connection authorized: user=${user} database=shop${application}`, {
    tag: 'authentication',
    ...more,
  });

function actorsOf(entries: readonly Written[], { told = true, json = true } = {}) {
  const actors = startActors(startMs);
  const reader = startReader(json ? 'jsonlog' : 'csvlog', { entry: actors.entry, stray: () => undefined });
  reader.push(Buffer.from(entries.map(json ? jsonLine : csvLine).join('')));
  reader.end();
  return actors.value({ hours: 24, told, whole: true }).actors.map(({ clients, ...actor }) => ({
    ...actor,
    clients: clients && Object.keys(clients).filter((name) => clients[name as keyof typeof clients]),
  }));
}

test('who acts is told with the log-ins, their times and the programs that people type into', () => {
  const entries = [
    logIn('shop', ' application_name=shop-api'),
    logIn('anna', ' application_name=psql SSL enabled (protocol=TLSv1.3)'),
    entry('anna', 'statement: select 1'),
    logIn('anna', ''),
  ];
  const at = new Date(startMs + 1000).toISOString();
  expect(actorsOf(entries)).toEqual([
    { role: 'anna', entries: 3, logIns: 2, logInTimes: [at, at], clients: ['psql'] },
    { role: 'shop', entries: 1, logIns: 1, logInTimes: [at], clients: [] },
  ]);
});

test('a name that is taken on later is told by later entries, as csvlog has it', () => {
  const entries = [logIn('shop', ''), entry('shop', 'disconnection: session time: 0:00:01')];
  expect(actorsOf(entries, { json: false })).toMatchObject([{ role: 'shop', clients: ['psql'] }]);
});

test('neither who was refused, nor entries from before, nor messages of the server are actors', () => {
  const refused = { severity: 'FATAL', sqlState: '28P01', tag: 'authentication' };
  const entries = [
    entry('secret-typed-as-name', 'password authentication failed', refused),
    logIn('earlier', '', { atMs: startMs - 1000 }),
    entry('noisy', 'division by zero', { severity: 'ERROR', sqlState: '22012' }),
  ];
  expect(actorsOf(entries)).toEqual([]);
});

test('nor is who was let in and refused next, be it for a role that is not there', () => {
  const other = `${session}f`;
  const refused = { severity: 'FATAL', sqlState: '28000', tag: 'startup', session: other };
  const entries = [
    logIn('secret-typed-as-name', '', { session: other }),
    logIn('anna', ''),
    entry('secret-typed-as-name', 'role "secret-typed-as-name" does not exist', refused),
    logIn('shop', '', { session: `${session}e` }),
    entry('shop', 'terminating connection due to administrator command', {
      severity: 'FATAL',
      sqlState: '57P01',
      tag: 'idle',
      session: `${session}e`,
    }),
  ];
  for (const json of [true, false])
    expect(actorsOf(entries, { json }).map(({ role }) => role)).toEqual(['anna', 'shop']);
});

test('a name of a role or database is not taken for that of a client', () => {
  const database = 'x application_name=psql';
  const entries = [
    logIn('shop', '', { database, message: `connection authorized: user=shop database=${database}` }),
  ];
  expect(actorsOf(entries)).toMatchObject([{ role: 'shop', clients: [] }]);
});

test('a replication log-in is one', () => {
  const message = 'replication connection authorized: user=copier application_name=standby';
  const entries = [entry('copier', message, { tag: 'authentication', database: '' })];
  expect(actorsOf(entries)).toMatchObject([{ role: 'copier', logIns: 1, clients: [] }]);
});

test('of a role that logs in very often no times are kept, and nothing is told where log-ins are not logged', () => {
  const often = Array.from({ length: 201 }, () => logIn('shop', ''));
  expect(actorsOf(often)[0]).not.toHaveProperty('logInTimes');
  expect(actorsOf(often, { told: false })).toEqual([{ role: 'shop', entries: 201, clients: undefined }]);
});

test.each([
  ['psql', 'psql'],
  ['pgAdmin 4 - DB:shop', 'pgadmin'],
  ['DBeaver 24.2.0 - Main <shop>', 'dbeaver'],
  ['shop-psql', undefined],
  ['', undefined],
])('%s', (application, client) => {
  expect(interactiveClientOf(application)).toBe(client);
});

test('more roles than are kept say so only where they are asked for, and end no reading', () => {
  const actors = startActors(startMs);
  const one = { primary: true, severity: 'LOG', message: 'statement: select 1', texts: [], raised: false };
  for (let at = 0; at <= 20_000; at++)
    actors.entry({ ...one, atMs: startMs, user: `role${at}`, cut: false, offset: 0 });
  expect(() => actors.value({ hours: 24, told: true, whole: true })).toThrow('at most 20000 roles');
});
