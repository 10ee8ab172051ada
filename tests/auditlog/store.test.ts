import { describe, expect, test } from 'vitest';
import { auditClassOf } from '../../src/auditlog/classes.ts';
import { startFields } from '../../src/auditlog/fields.ts';
import { overwritesAfterDays, retentionOf } from '../../src/auditlog/retention.ts';
import { csvLine, readText, type Written } from './reading.ts';

const atMs = Date.UTC(2026, 10, 20);
const base: Written = {
  atMs,
  session: `${(atMs / 1000).toString(16)}.4d`,
  line: 1,
  user: 'app',
  database: 'shop',
  message: '',
};

describe('audit classes', () => {
  test.each<[string | undefined, Partial<Written>]>([
    ['log-in', { tag: 'authentication', message: 'connection authorized: user=app database=shop' }],
    [undefined, { tag: 'DO', line: 9, message: 'connection authorized: user=app database=shop' }],
    ['log-out', { tag: 'idle', message: 'disconnection: session time: 0:00:00.01' }],
    ['log-in-failure', { severity: 'FATAL', sqlState: '28P01', message: 'password authentication failed' }],
    [undefined, { severity: 'FATAL', sqlState: '57P01', message: 'terminating connection' }],
    ['denial', { severity: 'ERROR', sqlState: '42501', message: 'permission denied for table x' }],
    [undefined, { severity: 'ERROR', sqlState: '22012', message: 'division by zero' }],
    ['statement', { message: 'statement: select 1' }],
    ['statement', { message: 'execute <unnamed>: select 1' }],
    ['statement', { message: 'duration: 1.2 ms  statement: select 1' }],
    ['audit', { message: 'AUDIT: SESSION,1,1,READ,SELECT,,,select 1,<none>' }],
    [undefined, { message: 'checkpoint starting: time' }],
  ])('%s', (expected, more) => {
    const [entry] = readText('csvlog', csvLine({ ...base, ...more })).entries;
    expect(entry && auditClassOf(entry)).toBe(expected);
  });
});

test('what an entry does not tell is counted as missing', () => {
  const prefix = '%m [%p] ';
  const text = `2026-11-20 10:00:00.000 UTC [77] LOG:  connection authorized: user=app database=shop
2026-11-20 10:00:01.000 XYZ [77] LOG:  statement: select 1
`;
  const fields = startFields();
  for (const entry of readText('stderr', text, prefix).entries) fields.entry(entry);
  expect(fields.value().classes).toEqual([
    { class: 'log-in', entries: 1, actor: 0, time: 1, outcome: 1, origin: 0, resource: 0 },
    { class: 'statement', entries: 1, actor: 0, time: 0, outcome: 0, origin: 0, resource: 0 },
  ]);
});

describe('retention', () => {
  test.each([
    ['postgresql-%Y-%m-%d_%H%M%S.log', 'on', undefined],
    ['postgresql-%a.log', 'on', 7],
    ['postgresql-%a.log', 'off', undefined],
    ['postgresql-%H%M.log', 'on', 1],
    ['postgresql-%d.log', 'on', 28],
    ['postgresql-%m-%d.log', 'on', 365],
    ['postgresql-%j.log', 'on', 365],
    ['postgresql.log', 'on', 0],
    [undefined, 'on', undefined],
  ])('%s, %s: %s', (name, truncates, days) => {
    expect(overwritesAfterDays(name, truncates)).toBe(days);
  });

  test('the age of the server stands in its identifier', () => {
    const bornSeconds = BigInt(Math.floor(atMs / 1000) - 400 * 86_400);
    const value = retentionOf({
      files: 3,
      oldestMs: atMs - 90.5 * 86_400_000,
      atMs,
      systemIdentifier: String((bornSeconds << 32n) + 12_345n),
      settings: { log_rotation_age: '1440' },
    });
    expect(value).toMatchObject({ reachesBackDays: 90, serverAgeDays: 400, rotationMinutes: 1440 });
  });
});
