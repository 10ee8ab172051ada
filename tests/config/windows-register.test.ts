import { expect, test } from 'vitest';
import { parseWindows } from '../../src/config/windows-register.ts';

const register = { name: 'w.csv', sha256: '0'.repeat(64), date: '2026-11-01' };
const head = 'system,account,from,to,approved-by,ticket\n';
const parse = (rows: string) => parseWindows(head + rows, register).accounts;

test('windows of each account, in UTC, and accounts without any', () => {
  const rows = [
    'db,vendor,2026-11-20T08:00Z,2026-11-20T10:30:00+01:00,anna,T-1',
    'db,vendor,2026-11-21T08:00Z,2026-11-21T09:00Z,anna,',
    'db,glass,,,,',
  ];
  expect(parse(rows.join('\n'))).toEqual([
    {
      system: 'db',
      account: 'vendor',
      windows: [
        { from: '2026-11-20T08:00:00.000Z', to: '2026-11-20T09:30:00.000Z', approvedBy: 'anna' },
        { from: '2026-11-21T08:00:00.000Z', to: '2026-11-21T09:00:00.000Z', approvedBy: 'anna' },
      ],
    },
    { system: 'db', account: 'glass', windows: [] },
  ]);
});

test('the columns of windows may be left out', () => {
  const { accounts } = parseWindows('system,account\ndb,glass\n', register);
  expect(accounts).toEqual([{ system: 'db', account: 'glass', windows: [] }]);
});

test.each([
  ['db,v,2026-11-20,2026-11-21T08:00Z,anna,', 'w.csv:2:6 expected a time with its zone'],
  ['db,v,2026-11-20T08:00,2026-11-21T08:00Z,anna,', 'w.csv:2:6 expected a time with its zone'],
  ['db,v,2026-02-30T08:00Z,2026-11-21T08:00Z,anna,', 'w.csv:2:6 expected a time with its zone'],
  ['db,v,2026-11-20T08:00Z,,anna,', 'w.csv:2:24 expected a time with its zone'],
  ['db,v,2026-11-20T08:00Z,2026-11-20T08:00Z,anna,', 'w.csv:2:24 expected an end after the beginning'],
  ['db,v,2026-11-20T08:00Z,2026-11-20T09:00Z,,T-1', 'w.csv:2:42 expected who approved the window'],
  ['db,v,,,,\ndb,v,,,,', 'w.csv:3:4 expected each entry once, got "db v" again'],
])('%s is refused with its place', (rows, message) => {
  expect(() => parse(rows)).toThrow(message);
});
