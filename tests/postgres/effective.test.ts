import { describe, expect, test } from 'vitest';
import { effectiveOf } from '../../src/postgres/effective.ts';
import type { Overrides } from '../../src/postgres/facts/overrides.ts';

const row = (name: string, setting: string, context = 'superuser') => ({ name, setting, context });

function override(
  role: string,
  database: string,
  value: string,
  setting = 'log_statement',
): Overrides[number] {
  return { setting, scope: `${role}/${database}`, role, database, value };
}

const numbered = (name: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${name}${index}`);

const sessions = { roles: ['app', 'clerk'], databases: ['clinic', 'postgres'] };
const scopes = (overrides: Overrides, server = 'ddl') =>
  effectiveOf([row('log_statement', server)], overrides, sessions).map(
    ({ scope, value, except }) => `${scope}: ${value}${except.length > 0 ? ` but ${except.join(', ')}` : ''}`,
  );

describe('what sessions get', () => {
  test('the server’s value, where nothing overrides it', () => {
    expect(scopes([])).toEqual(['every role: ddl']);
  });

  test('what differs for a role, and for a role in a database', () => {
    expect(scopes([override('app', '', 'none'), override('app', 'clinic', 'all')])).toEqual([
      'every role: ddl but app',
      'role app: none',
      'role app in database clinic: all',
    ]);
  });

  test('the server’s value again, in one database for a role that has another one elsewhere', () => {
    expect(scopes([override('app', '', 'all'), override('app', 'clinic', 'ddl')])).toEqual([
      'every role: ddl but app',
      'role app: all',
      'role app in database clinic: ddl',
    ]);
  });

  test('what a database has, but for roles with a value of their own, be it the server’s', () => {
    const overrides = [override('', 'clinic', 'none'), override('app', '', 'ddl')];
    expect(scopes(overrides)).toEqual(['every role: ddl', 'database clinic: none but app']);
  });

  test('nothing of roles that may not log in, databases that admit nobody, and what nobody gets', () => {
    expect(
      scopes([
        override('crew', '', 'none'),
        override('', 'template0', 'none'),
        override('app', 'template0', 'none'),
        override('clerk', '', 'mod'),
        override('clerk', 'clinic', 'all'),
        override('clerk', 'postgres', 'all'),
      ]),
    ).toEqual([
      'every role: ddl',
      'role clerk in database clinic: all',
      'role clerk in database postgres: all',
    ]);
  });

  test('a database’s value that every role overrides is nobody’s', () => {
    expect(
      scopes([override('', 'clinic', 'none'), override('app', '', 'ddl'), override('clerk', '', 'ddl')]),
    ).toEqual(['every role: ddl']);
  });

  test('where the server’s value was not seen, nothing is said of it', () => {
    const [item, ...others] = effectiveOf([], [override('app', '', 'none')], sessions);
    expect(others).toEqual([]);
    expect(item).toMatchObject({ scope: 'role app', value: 'none', server: false });
    expect(item).not.toHaveProperty('logsLess');
    expect(item).not.toHaveProperty('anyoneMayChange');
  });

  test('a value that stayed on the server, or is not understood, is another one without a value', () => {
    const { value: _, ...withheld } = override('app', '', 'x', 'idle_session_timeout');
    const items = effectiveOf(
      [row('idle_session_timeout', '0', 'user')],
      [withheld, override('clerk', '', 'soon', 'idle_session_timeout')],
      sessions,
    );
    expect(items.map(({ scope, value }) => [scope, value])).toEqual([
      ['every role', '0'],
      ['role app', undefined],
      ['role clerk', undefined],
    ]);
    expect(items[0]).toMatchObject({ anyoneMayChange: true, except: ['app', 'clerk'] });
  });

  test('an override of a setting of the log that nothing is known of is told without a word on what it does', () => {
    const items = effectiveOf(
      [row('log_statement', 'ddl')],
      [
        override('app', '', 'x', 'pgaudit.brief'),
        override('app', '', 'x', 'log_later'),
        override('app', '', 'x', 'work_mem'),
      ],
      sessions,
    );
    expect(items.map(({ setting, scope }) => `${setting} ${scope}`)).toEqual([
      'log_statement every role',
      'log_later role app',
      'pgaudit.brief role app',
    ]);
    for (const item of items.slice(1)) {
      expect(item).not.toHaveProperty('value');
      expect(item).not.toHaveProperty('logsLess');
    }
  });

  test('a thousand roles and a hundred databases are as many items as values that differ', () => {
    const roles = numbered('role', 1_000);
    const databases = numbered('database', 100);
    const overrides = [
      ...roles.slice(0, 10).map((role) => override(role, '', 'none')),
      ...databases.slice(0, 5).map((database) => override('', database, 'mod')),
      ...roles.slice(10).map((role) => override(role, '', 'ddl')),
    ];
    const items = effectiveOf([row('log_statement', 'ddl')], overrides, { roles, databases });
    expect(items.map(({ scope }) => scope)).toEqual([
      'every role',
      ...roles.slice(0, 10).map((role) => `role ${role}`),
    ]);
  });
});
