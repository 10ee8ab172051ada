import { expect, test } from 'vitest';
import { identityMapsOf } from '../../src/postgres/identity-maps.ts';

const mapOf = (name: string, role = 'r') =>
  identityMapsOf([{ map: 'm', name, role, errored: false, main_file: true }])[0];

test.each([
  ['alice', false, false],
  ['/^a$', true, true],
  ['/a$', true, false],
  ['/^a', true, false],
  ['/^a|b$', true, false],
  ['/^(a|(b|c))$', true, true],
  ['/^a[|(]$', true, true],
  ['/^a\\$', true, false],
  ['/^a\\|b$', true, true],
])('%s is a pattern: %s, of whole names: %s', (name, pattern, whole) => {
  expect(mapOf(name)).toMatchObject({ pattern, whole });
});

test.each([
  ['app', 'exact'],
  ['\\1', 'captured'],
  ['a\\1', 'captured'],
  ['+crew', 'member'],
  ['/^a', 'pattern'],
  ['all', 'any'],
])('role %s is %s', (role, roleKind) => {
  expect(mapOf('alice', role)).toMatchObject({ roleKind });
});

test.each([
  ['/^.*$', 'app', true],
  ['/^(.*)$', 'app', true],
  ['/^[a-z]+$', 'app', true],
  [String.raw`/^\w{1,63}$`, 'app', true],
  ['/^(dba|.*)$', 'app', true],
  ['/^(dba)?.*$', 'app', true],
  ['/^a*.+$', 'app', true],
  ['/^(?:x|(y|[^@]*))$', 'app', true],
  ['/^[[:alnum:]]*$', 'app', true],
  ['/^dba.*$', 'app', false],
  ['/^(.*)@example[.]com$', 'app', false],
  [String.raw`/^.*@example\.com$`, 'app', false],
  ['/^(dba|ops)$', 'app', false],
  ['/^(.*)$', String.raw`\1`, false],
  [String.raw`/^(.*)@example\.com$`, String.raw`\1`, false],
  [String.raw`/^((a|b)+)@example\.com$`, String.raw`\1`, false],
  ['/^(.*)@.*$', String.raw`\1`, true],
  ['/^(.*)@([a-z.]+)$', String.raw`\1`, true],
  ['/^(?:.*)x(y)$', String.raw`\1`, true],
  ['/^(.*)@(com|net)+$', String.raw`\1`, true],
  ['alice', 'app', false],
])('%s for %s is open: %s', (name, role, open) => {
  expect(mapOf(name, role)).toMatchObject({ open });
});

test('a line in error is none of them', () => {
  expect(identityMapsOf([{ map: null, name: null, role: null, errored: true, main_file: true }])).toEqual([]);
});
