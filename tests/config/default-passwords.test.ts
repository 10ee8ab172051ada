import { describe, expect, test } from 'vitest';
import { resolvePaths } from '../../src/config/assay-config.ts';
import { parseAssayFile } from '../../src/config/assay-file.ts';
import { recordedTarget } from '../../src/config/secret-reference.ts';

const parse = (roles: string, url = 'postgres://db.example/clinic') =>
  parseAssayFile('assay.yaml', `targets:\n  - url: ${url}\n    default-passwords: ${roles}\n`).config;

describe('default passwords of a target', () => {
  const config = parse(
    '[{ role: postgres, passwords: [role-name, "env:VENDOR"] }, { role: ops, passwords: ["file:vendor"] }]',
  );

  test('are the name of the role, or where they are; paths are those of the file', () => {
    const [target] = resolvePaths(config, (path) => `/etc/assay/${path}`).targets;
    expect(target?.postgres?.defaultPasswords).toEqual([
      { role: 'postgres', passwords: [{ kind: 'role-name' }, { kind: 'env', name: 'VENDOR' }] },
      { role: 'ops', passwords: [{ kind: 'file', path: '/etc/assay/vendor' }] },
    ]);
  });

  test('are not in what a bundle records: with what was accepted it would tell a password', () => {
    const [target] = config.targets;
    if (target === undefined) throw new Error('expected a target');
    expect(recordedTarget(target).postgres).toEqual({ database: 'clinic', tls: 'verified', tlsGiven: false });
  });

  const four = Array.from({ length: 4 }, (_, index) => `"env:V${index}"`).join(', ');
  const eleven = Array.from(
    { length: 11 },
    (_, index) => `{ role: r${index}, passwords: [role-name] }`,
  ).join();
  test.each([
    [
      'a password itself',
      '[{ role: a, passwords: [hunter2] }]',
      '3:48',
      '(role-name, env:NAME or file:path)',
    ],
    [
      'a command',
      '[{ role: a, passwords: ["exec:p hunter2"] }]',
      '3:48',
      '(role-name, env:NAME or file:path)',
    ],
    ['no password', '[{ role: a, passwords: [] }]', '3:47', 'at least 1 items'],
    ['more than three', `[{ role: a, passwords: [${four}] }]`, '3:47', 'a list of 1 to 3 passwords'],
    ['one twice', '[{ role: a, passwords: [role-name, role-name] }]', '3:59', 'each item once'],
    ['no role', '[{ passwords: [role-name] }]', '3:25', 'role'],
    ['no name of a role', '[{ role: "a\\0b", passwords: [role-name] }]', '3:33', 'the name of a role'],
    ['nobody', '[]', '3:24', 'at least 1 items'],
    ['more than ten roles', `[${eleven}]`, '3:24', 'a list of at most 10 roles'],
    [
      'a role twice',
      '[{ role: a, passwords: [role-name] }, { role: a, passwords: ["env:hunter2"] }]',
      '3:70',
      'each role once, got one again',
    ],
  ])('%s is refused, with its place, and not repeated', (_, roles, place, words) => {
    expect(() => parse(roles)).toThrow(`assay.yaml:${place} expected`);
    expect(() => parse(roles)).toThrow(words);
    expect(() => parse(roles)).not.toThrow('hunter2');
  });

  test('are refused for a target of another kind', () => {
    expect(() => parse('[{ role: a, passwords: [role-name] }]', 'https://pay.example')).toThrow(
      'assay.yaml:2:10 expected default-passwords only for postgres targets',
    );
  });
});
