import { expect, test } from 'vitest';
import { parseDuties, parseReviews, parseRoles } from '../../src/config/access-registers.ts';
import { parseAccounts } from '../../src/config/registers.ts';

const register = { name: 'lists/r.csv', sha256: '0'.repeat(64), date: '2026-11-01' };

test('accounts with whose they are, where the roster says so', () => {
  const { accounts } = parseAccounts('system,account,person\ndb,app,billing\ndb,tmp,\n', register);
  expect(accounts).toEqual([
    { system: 'db', account: 'app', privileged: false, person: 'billing' },
    { system: 'db', account: 'tmp', privileged: false },
  ]);
});

test('roles: who is a member of which, and may grant it on', () => {
  const { memberships } = parseRoles('system,account,role,admin\ndb,app,writers,\ndb,a,b,yes\n', register);
  expect(memberships).toEqual([
    { system: 'db', account: 'app', role: 'writers', admin: false },
    { system: 'db', account: 'a', role: 'b', admin: true },
  ]);
});

test('duties: two roles, on one system or two', () => {
  const { pairs } = parseDuties('system,role,other-system,other-role\ndb,a,db,b\ndb,a,erp,a\n', register);
  expect(pairs).toEqual([
    { system: 'db', role: 'a', otherSystem: 'db', otherRole: 'b' },
    { system: 'db', role: 'a', otherSystem: 'erp', otherRole: 'a' },
  ]);
});

test('reviews: who decided what of an account, and when', () => {
  const text =
    'system,account,date,reviewer,decision\ndb,app,2026-10-01,anna,keep\ndb,app,2026-11-01,ben,REMOVE\n';
  expect(parseReviews(text, register).reviews).toEqual([
    { system: 'db', account: 'app', date: '2026-10-01', reviewer: 'anna', decision: 'keep' },
    { system: 'db', account: 'app', date: '2026-11-01', reviewer: 'ben', decision: 'remove' },
  ]);
});

const duties = (...rows: readonly string[]) =>
  parseDuties(['system,role,other-system,other-role', ...rows, ''].join('\n'), register);
const reviews = (...rows: readonly string[]) =>
  parseReviews(['system,account,date,reviewer,decision', ...rows, ''].join('\n'), register);

test.each([
  [
    () => parseRoles('system,account,role\ndb,a,b\ndb,a,b\n', register),
    'lists/r.csv:3:6 expected each entry once, got "db a b" again (first at lists/r.csv:2:6)',
  ],
  [
    () => parseRoles('system,account,role,admin\ndb,a,b,maybe\n', register),
    'lists/r.csv:2:8 expected yes or no, got another word',
  ],
  [() => duties('db,a,db,a'), 'lists/r.csv:2:9 expected another role, got the same again'],
  [
    () => duties('db,a,erp,b', 'erp,b,db,a'),
    'lists/r.csv:3:10 expected each entry once, got "erp b db a" again (first at lists/r.csv:2:10)',
  ],
  [() => duties('db,a,erp,'), 'lists/r.csv:2:10 expected a text as other-role, got an empty field'],
  [
    () => reviews('db,a,2026-02-30,anna,keep'),
    'lists/r.csv:2:6 expected a day as 2026-11-01, got another text',
  ],
  [() => reviews('db,a,1.2.2026,anna,keep'), 'lists/r.csv:2:6 expected a day as 2026-11-01'],
  [
    () => reviews('db,a,2026-11-02,anna,keep'),
    'lists/r.csv:2:6 expected a day not after 2026-11-01, as of which the list is right, got 2026-11-02',
  ],
  [() => reviews('db,a,2026-11-01,,keep'), 'lists/r.csv:2:17 expected a text as reviewer'],
  [() => reviews('db,a,2026-11-01,anna,drop'), 'lists/r.csv:2:22 expected keep or remove, got another word'],
  [
    () => reviews('db,a,2026-11-01,anna,keep', 'db,a,2026-11-01,ben,remove'),
    'lists/r.csv:3:6 expected each entry once, got "db a 2026-11-01" again',
  ],
])('a mistake is told where it stands', (parse, message) => {
  expect(parse).toThrow(message);
});
