import { expect, test } from 'vitest';
import {
  parseAccounts,
  parseCertificates,
  parseCryptography,
  parseSystems,
} from '../../src/config/registers.ts';

const register = { name: 'lists/r.csv', sha256: '0'.repeat(64), date: '2026-11-01' };
const digest = `${'AB:'.repeat(31)}AB`;

test('systems by id or URL', () => {
  const { systems } = parseSystems('system,owner\nweb,team\nhttps://Pay.example,\n', register);
  expect(systems).toEqual([{ name: 'web', owner: 'team' }, { name: 'https://pay.example:443' }]);
});

test('certificates by digest, with or without colons', () => {
  const { certificates } = parseCertificates(`subject,sha256\n"CN=a, O=b",${digest}\n`, register);
  expect(certificates).toEqual([{ sha256: 'ab'.repeat(32), subject: 'CN=a, O=b' }]);
});

test('accounts, privileged or not', () => {
  const { accounts } = parseAccounts('system,account,privileged\ndb,app,\ndb,=dba,YES\n', register);
  expect(accounts).toEqual([
    { system: 'db', account: 'app', privileged: false },
    { system: 'db', account: '=dba', privileged: true },
  ]);
});

test('cryptography by system, kind and name', () => {
  const { parameters } = parseCryptography(
    'system,kind,name\nweb,version,TLSv1.3\nweb,group,x25519\n',
    register,
  );
  expect(parameters).toEqual([
    { system: 'web', kind: 'version', name: 'TLSv1.3' },
    { system: 'web', kind: 'group', name: 'x25519' },
  ]);
});

test.each([
  [
    () => parseCryptography('system,kind,name\nweb,cipher,a\n', register),
    'lists/r.csv:2:5 expected version, suite or group',
  ],
  [
    () => parseCryptography('system,kind,name\nweb,suite,a\nweb,suite,a\n', register),
    'lists/r.csv:3:11 expected each entry once, got "web suite a" again',
  ],
  [
    () => parseSystems('sistem\nweb\n', register),
    'lists/r.csv:1:1 expected one of the headings system, owner',
  ],
  [
    () => parseSystems('owner\nteam\n', register),
    'lists/r.csv:1:1 expected a column with the heading "system"',
  ],
  [() => parseSystems('system,system\na,b\n', register), 'lists/r.csv:1:8 expected each heading once'],
  [
    () => parseSystems('system\n" "\n', register),
    'lists/r.csv:2:1 expected a text as system, got an empty field',
  ],
  [
    () => parseSystems('system\nweb\nweb\n', register),
    'lists/r.csv:3:1 expected each entry once, got "web" again',
  ],
  [() => parseCertificates('sha256\nabc\n', register), 'lists/r.csv:2:1 expected a SHA-256 digest'],
  [
    () => parseAccounts('system,account,privileged\ndb,a,maybe\n', register),
    'lists/r.csv:2:6 expected yes or no',
  ],
  [() => parseAccounts('system,account\ndb\n', register), 'lists/r.csv:2:1 expected 2 fields'],
])('a mistake is told where it stands', (parse, message) => {
  expect(parse).toThrow(message);
});
