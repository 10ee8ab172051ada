import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ServerCount } from '../../src/auditlog/continuity.ts';
import { addNumber, type Runs, summaryOf } from '../../src/auditlog/runs.ts';
import { continuityOfTexts } from './continuity-of.ts';
import { csvLine, jsonLine, stderrLine, stderrPrefix, type Written } from './reading.ts';

const startMs = Date.UTC(2026, 10, 20, 10);
const hour = 3_600_000;
const idOf = (seconds: number, pid = 77): string =>
  `${(startMs / 1000 + seconds).toString(16)}.${pid.toString(16)}`;

const server: ServerCount = {
  atMs: startMs + hour,
  windowStartMs: startMs,
  windowHours: 1,
  alive: new Set(),
  logs: { connections: true, ends: true },
  current: true,
};

const messages = [
  'connection received: host=x',
  'connection authorized: user=app database=shop',
  'statement: x',
];
const end = 'disconnection: session time: 0:00:00.011 user=app database=shop host=x';

/** One session of a client, whole. */
function sessionOf(seconds: number, more: readonly string[] = [end], pid = 77): readonly Written[] {
  return [...messages, ...more].map((message, at) => ({
    atMs: startMs + seconds * 1000 + at,
    session: idOf(seconds, pid),
    line: at + 1,
    user: 'app',
    database: 'shop',
    tag: at === 1 ? 'authentication' : 'idle',
    message,
  }));
}

const csv = (entries: readonly Written[]): string => entries.map(csvLine).join('');
const say = (entries: readonly Written[], more: Partial<ServerCount> = {}) =>
  continuityOfTexts({ csvlog: [csv(entries)] }, { ...server, ...more }, stderrPrefix);
const first = (entries: readonly Written[], more?: Partial<ServerCount>) =>
  say(entries, more).destinations[0];

describe('numbers', () => {
  test('are the same in whatever order they come', () => {
    const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 1 });
    fc.assert(
      fc.property(numbers, (all) => {
        const [one = 1, ...others] = all;
        const runs: Runs = { from: one, to: one };
        for (const number of others) addNumber(runs, number);
        const { gaps, duplicates, first: lowest } = summaryOf(runs, true);
        const missing = gaps.reduce((sum, gap) => sum + gap.missing, 0);
        expect([missing, duplicates, lowest]).toEqual([Math.max(...all) - all.length, 0, Math.min(...all)]);
      }),
    );
  });

  test('that come twice are duplicates', () => {
    const runs: Runs = { from: 1, to: 1 };
    for (const number of [2, 3, 1, 2, 3]) addNumber(runs, number);
    expect(summaryOf(runs, true)).toEqual({ first: 1, gaps: [], duplicates: 3 });
  });
});

describe('the edge of the window', () => {
  test('a session that began before it need not begin in the log', () => {
    expect(first(sessionOf(-60).slice(2))).toMatchObject({ missing: 0, gaps: [] });
  });

  test('one that began inside of it has to', () => {
    expect(first(sessionOf(60).slice(2))).toMatchObject({
      missing: 2,
      gaps: [{ session: idOf(60), after: 0, missing: 2 }],
    });
  });

  test('one that began in the moment of the look is left out', () => {
    expect(first(sessionOf(3599, []))).toMatchObject({ unfinished: 0 });
  });
});

describe('a session without an end', () => {
  test('was cut off', () => {
    expect(first(sessionOf(60, []))).toMatchObject({ unfinished: 1, missing: 0 });
  });

  test('is still there', () => {
    expect(first(sessionOf(60, []), { alive: new Set([idOf(60)]) })).toMatchObject({ unfinished: 0 });
  });

  const crash = (message: string, user?: string): Written => ({
    atMs: startMs + 120_000,
    session: idOf(-600, 1),
    line: 9,
    ...(user === undefined ? {} : { user }),
    message,
  });

  test.each([
    'server process (PID 77) was terminated by signal 9: Killed',
    'received immediate shutdown request',
    'database system was interrupted; last known up at 2026-11-20 10:01:59 UTC',
  ])('ended with the server: %s', (message) => {
    expect(first([...sessionOf(60, []), crash(message)])).toMatchObject({ unfinished: 0 });
  });

  test.each([
    ['a client that raises the words of a crash', crash('received immediate shutdown request', 'app')],
    [
      'a worker that ends',
      crash('background worker "logical replication worker" (PID 9) exited with exit code 1'),
    ],
  ])('is not excused by %s', (_, entry) => {
    expect(first([...sessionOf(60, []), entry])).toMatchObject({ unfinished: 1 });
  });

  test('is nobody’s where ends are not logged', () => {
    expect(first(sessionOf(60, []), { logs: { connections: true, ends: false } })).not.toHaveProperty(
      'unfinished',
    );
  });
});

describe('counts of the server', () => {
  const databases = [{ database: 'shop', sessions: 3, resetMs: startMs + 10_000 }];

  test.each([
    ['the same', 3, 0],
    ['one whole session less', 2, 1],
    ['more, of which some are not counted yet', 5, 0],
  ])('%s', (_, sessions, missing) => {
    // The first entry has to lie before the reset: else the log does not reach back to it.
    const before = sessionOf(0, [end], 5);
    const all = Array.from({ length: sessions }, (__, at) => sessionOf(60 + at, [end], 100 + at)).flat();
    expect(say([...before, ...all], { databases })).toMatchObject({
      lostSessions: missing,
      databases: [{ database: 'shop', comparable: true, counted: 3, authorized: sessions, missing }],
    });
  });

  test.each([
    ['was there at the reset may have been counted after it', 15_000, {}, 0],
    ['had ended was counted before it', 9_000, {}, 1],
    ['had ended a moment before may have been counted later', 9_000, { countingMs: 2_000 }, 0],
    ['had ended long before was counted before it in any case', 7_000, { countingMs: 2_000 }, 1],
  ])('a session that %s', (_, lastMs, more, lost) => {
    const around = sessionOf(0, ['statement: y', end], 5).map((one) => ({
      ...one,
      atMs: one.line > 3 ? startMs + lastMs : one.atMs,
    }));
    const all = [61, 62].flatMap((at) => sessionOf(at, [end], at));
    expect(say([...around, ...all], { databases, ...more })).toMatchObject({ lostSessions: lost });
  });

  test('one that was refused after it was let in is none', () => {
    const refused = sessionOf(70, [], 9)
      .slice(0, 2)
      .concat({
        atMs: startMs + 70_003,
        session: idOf(70, 9),
        line: 3,
        user: 'app',
        database: 'shop',
        tag: 'startup',
        severity: 'FATAL',
        sqlState: '53300',
        message: 'too many connections',
      });
    const all = [60, 61].flatMap((at) => sessionOf(at, [end], at));
    expect(say([...sessionOf(0, [end], 5), ...all, ...refused], { databases }).databases[0]).toMatchObject({
      authorized: 2,
      missing: 1,
    });
  });

  test.each([
    ['never reset', [{ database: 'shop', sessions: 3 }], {}],
    ['reset before the window', [{ database: 'shop', sessions: 3, resetMs: startMs - hour }], {}],
    ['connections not logged', databases, { logs: { connections: false, ends: true } }],
    ['older copies', databases, { current: false }],
  ])('are not compared: %s', (_, counted, more) => {
    const value = say([...sessionOf(0, [end], 5), ...sessionOf(60)], { databases: counted, ...more });
    expect(value.databases).toEqual([{ database: 'shop', comparable: false }]);
    expect(value).not.toHaveProperty('lostSessions');
  });
});

describe('stderr', () => {
  const texts = (entries: readonly Written[]) => ({ stderr: [entries.map(stderrLine).join('')] });

  test('the first process of the server began before its log was collected', () => {
    const postmaster: Written = {
      atMs: startMs + 1,
      session: idOf(0, 1),
      line: 6,
      message: 'database system is ready to accept connections',
    };
    const value = continuityOfTexts(texts([postmaster, ...sessionOf(60)]), server, stderrPrefix);
    expect(value.destinations[0]).toMatchObject({ missing: 0 });
    const raised = continuityOfTexts(texts([{ ...postmaster, user: 'app' }]), server, stderrPrefix);
    expect(raised.destinations[0]).toMatchObject({ missing: 5 });
  });

  test('a prefix without %c and %l numbers nothing', () => {
    const line = '2026-11-20 10:00:00.000 UTC [77] LOG:  hello\n';
    const [one] = continuityOfTexts({ stderr: [line] }, server, '%m [%p] ').destinations;
    expect(one).toMatchObject({ numbered: false, entries: 1, gaps: [] });
    for (const field of ['missing', 'duplicates', 'unfinished', 'unlogged'])
      expect(one).not.toHaveProperty(field);
  });
});

test('a file that was emptied is no form without numbers', () => {
  const [one] = continuityOfTexts(
    { csvlog: [''] },
    { ...server, alive: new Set([idOf(60)]) },
    '',
  ).destinations;
  expect(one).toMatchObject({ numbered: true, entries: 0, missing: 0, unlogged: 1 });
});

describe('two forms', () => {
  const both = (one: readonly Written[], other: readonly Written[]) =>
    continuityOfTexts({ csvlog: [csv(one)], jsonlog: [other.map(jsonLine).join('')] }, server, stderrPrefix);
  const before = sessionOf(0, [end], 5);
  const all = [...before, ...sessionOf(60), ...sessionOf(61, [end], 78)];

  test('agree', () => {
    expect(both(all, all)).toMatchObject({ comparedSessions: 3, differingSessions: 0 });
  });

  test.each([
    ['a word was changed', all.map((one) => (one.line === 3 ? { ...one, message: 'statement: y' } : one)), 3],
    ['a whole session was taken out', [...before, ...sessionOf(60)], 1],
  ])('differ: %s', (_, other, differing) => {
    expect(both(all, other)).toMatchObject({ comparedSessions: 3, differingSessions: differing });
    expect(both(other, all)).toMatchObject({ comparedSessions: 3, differingSessions: differing });
  });
});
