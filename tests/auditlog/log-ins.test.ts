import { describe, expect, test } from 'vitest';
import { startClock } from '../../src/auditlog/clock.ts';
import { logInsOf, startLogIns } from '../../src/auditlog/log-ins.ts';
import { startReader } from '../../src/auditlog/reader.ts';
import { csvLine, type Written } from './reading.ts';

const dayMs = 86_400_000;
const nowMs = Date.UTC(2026, 10, 20, 12);
const agoMs = (days: number): number => nowMs - days * dayMs;
const idOf = (days: number, pid: number): string =>
  `${Math.floor(agoMs(days) / 1000).toString(16)}.${pid.toString(16)}`;

const logIn = (days: number, user: string, more: Partial<Written> = {}): Written => ({
  atMs: agoMs(days),
  session: idOf(days, 7),
  line: 1,
  user,
  database: 'shop',
  tag: 'authentication',
  message: `connection authorized: user=${user} database=shop`,
  ...more,
});
const server = (days: number, line: number, message: string, began = 100): Written => ({
  atMs: agoMs(days),
  session: idOf(began, 1),
  line,
  message,
});
const stampOf = (days: number): string =>
  `${new Date(agoMs(days)).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
const beginning = [server(100, 1, 'starting PostgreSQL 18.1'), logIn(99, 'app'), server(98, 2, 'checkpoint')];

interface Log {
  readonly roles?: readonly string[];
  readonly connected?: readonly string[];
  readonly current?: boolean;
  readonly reliable?: boolean;
  readonly stray?: string;
}

function look(
  entries: readonly Written[],
  { roles = ['app', 'left'], connected = [], current = true, reliable = true, stray = '' }: Log = {},
) {
  const clock = startClock();
  const watch = startLogIns('0.0', { reliable, clock });
  const listener = { entry: watch.entry, stray: () => watch.hole() };
  const reader = startReader('csvlog', listener, { clock });
  reader.push(Buffer.from(entries.map(csvLine).join('') + stray));
  reader.end();
  const all = roles.map((role) => ({ role, connected: connected.includes(role) }));
  return logInsOf(all, watch.seen(), { atMs: nowMs, days: 91, current });
}
const idle = (entries: readonly Written[], log?: Log) =>
  Object.fromEntries(look(entries, log).roles.map(({ role, idleDays }) => [role, idleDays]));

describe('how long a role was not used', () => {
  test('is told by its last log-in, and by the whole window where there is none', () => {
    expect(idle([...beginning, logIn(30, 'app'), logIn(12, 'app')])).toEqual({ app: 12, left: 91 });
  });

  test('is none while it has a session', () => {
    expect(idle(beginning, { connected: ['left'] })).toMatchObject({ left: 0 });
  });

  test('a replication log-in and the end of a session are uses too', () => {
    const copies = logIn(20, 'copier', { message: 'replication connection authorized: user=copier' });
    const ends = logIn(5, 'old', { tag: 'idle', message: 'disconnection: session time: 2400:00:00' });
    expect(idle([...beginning, copies, ends], { roles: ['copier', 'old'] })).toEqual({ copier: 20, old: 5 });
  });

  test('words that a function raises, and those of a query, are none', () => {
    const said = logIn(3, 'left', { tag: 'SELECT' });
    expect(idle([...beginning, said])).toMatchObject({ left: 91 });
  });
});

describe('a log that does not have all of the window tells of no role that it was not used', () => {
  const cases: readonly (readonly [string, readonly Written[], Log?])[] = [
    ['it begins later', [logIn(50, 'app'), logIn(12, 'app')]],
    ['a number is missing', [...beginning, server(60, 5, 'checkpoint'), logIn(12, 'app')]],
    ['a session begins in its middle', [...beginning, logIn(60, 'x', { line: 4 }), logIn(12, 'app')]],
    [
      'the setting was changed',
      [...beginning, server(40, 3, 'parameter "log_connections" changed to "on"'), logIn(12, 'app')],
    ],
    [
      'the server ran without a log-in being logged',
      [
        ...beginning,
        { ...server(70, 1, 'starting PostgreSQL 18.1', 70) },
        { ...server(40, 1, 'starting PostgreSQL 18.1', 40) },
        logIn(12, 'app'),
      ],
    ],
    [
      'the server ran and wrote elsewhere',
      [
        ...beginning,
        server(60, 1, 'starting PostgreSQL 18.1', 60),
        server(60, 1, `database system was shut down at ${stampOf(61)}`, 60.001),
        logIn(12, 'app'),
      ],
    ],
    ['it is an old copy', [...beginning, logIn(12, 'app')], { current: false }],
    ['log-ins are not logged now', [...beginning, logIn(12, 'app')], { reliable: false }],
    ['a line belongs to no entry', [...beginning, logIn(12, 'app')], { stray: 'nothing of the kind\n' }],
    [
      'it does not tell whose log-in one is',
      [...beginning, logIn(60, '', { message: 'connection authorized: user=?' }), logIn(12, 'app')],
    ],
  ];
  for (const [name, entries, log] of cases)
    test(name, () => expect(idle(entries, log)).toEqual({ app: 12, left: undefined }));

  test('a server that ran with log-ins logged each time is no such thing', () => {
    const stopped = `database system was shut down at ${stampOf(98)}`;
    const restarts = [
      ...beginning,
      server(40, 1, 'starting PostgreSQL 18.1', 40),
      server(40, 1, stopped, 40.001),
      logIn(12, 'app'),
    ];
    expect(idle(restarts)).toEqual({ app: 12, left: 91 });
  });
});

describe('a role that was made within the window', () => {
  const made = (message: string, next?: Partial<Written>): readonly Written[] => [
    ...beginning,
    { ...logIn(8, 'dba', { session: idOf(8, 9) }) },
    { ...logIn(8, 'dba', { session: idOf(8, 9), line: 2, tag: 'CREATE ROLE', message }) },
    {
      ...logIn(8, 'dba', { session: idOf(8, 9), line: 3, tag: 'idle', message: 'disconnection: ', ...next }),
    },
  ];

  test.each([
    'statement: create role left login',
    'statement: CREATE USER "left" PASSWORD …',
    'statement: create user LEFT',
  ])('is as old as that: %s', (message) => {
    expect(idle(made(message))).toMatchObject({ left: 8 });
  });

  test.each([
    ['it failed', 'statement: create role left', { severity: 'ERROR', message: 'permission denied' }],
    ['a mapping', 'statement: create user mapping for left', {}],
    ['another name', 'statement: create role "LEFT"', {}],
    ['a query about it', 'statement: select $$create role left$$', {}],
  ])('is not taken for one: %s', (_, message, next) => {
    expect(idle(made(message, next))).toMatchObject({ left: 91 });
  });
});

describe('every log-in of a window', () => {
  const watched = (entries: readonly Written[], own = idOf(99, 7)) => {
    const watch = startLogIns(own, { reliable: true, clock: startClock() });
    const reader = startReader('csvlog', { entry: watch.entry, stray: () => watch.hole() });
    reader.push(Buffer.from(entries.map(csvLine).join('')));
    reader.end();
    return watch.seen();
  };

  test('is there where our own is', () => {
    expect(watched(beginning).whole).toBe(true);
  });

  test('need not be there where our own is not, as under log_min_messages = fatal', () => {
    expect(watched(beginning, 'aa.1').whole).toBe(false);
  });

  test('need not be there behind a clock that was set back', () => {
    const back = logIn(99.5, 'app', { session: idOf(99.5, 8) });
    expect(watched([...beginning, back]).whole).toBe(false);
  });

  test('need not be there with a hole at the very time at which it begins', () => {
    expect(watched([...beginning.slice(0, 2), server(100, 9, 'checkpoint')]).whole).toBe(false);
  });

  test('a hole says nothing of what stands before it, whatever its time', () => {
    const hole = server(98.01, 9, 'checkpoint');
    expect(watched([...beginning, hole]).sinceMs).toBe(agoMs(98));
  });
});

test('a use that lies ahead of the server’s clock is no use of today', () => {
  expect(idle([...beginning, logIn(-40, 'left')])).toMatchObject({ left: undefined });
});

describe('of a statement that failed nothing was made', () => {
  const step = (line: number, more: Partial<Written>): Written =>
    logIn(8, 'dba', { session: idOf(8, 9), line, tag: 'CREATE ROLE', ...more });
  const made = (...between: readonly Partial<Written>[]): readonly Written[] => [
    ...beginning,
    step(1, { tag: 'authentication' }),
    step(2, { tag: 'idle', message: 'statement: create role left' }),
    ...between.map((more, at) => step(3 + at, more)),
  ];
  const failed = { severity: 'ERROR', sqlState: '42710', message: 'role "left" already exists' };

  test.each([
    ['pgaudit', { message: 'AUDIT: SESSION,1,1,ROLE,CREATE ROLE,,,create role left,<not logged>' }],
    ['a notice', { severity: 'NOTICE', message: 'role "left" is called so' }],
  ])('also where %s spoke before it failed', (_, spoke) => {
    expect(idle(made(spoke, failed))).toMatchObject({ left: 91 });
    expect(idle(made(spoke, { message: 'duration: 1.2 ms' }))).toMatchObject({ left: 8 });
  });
});
