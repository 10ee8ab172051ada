import { describe, expect, test } from 'vitest';
import type { Startup } from '../../src/postgres/challenge.ts';
import { attemptsOf, challengesOf, heardRow } from '../../src/postgres/challenges.ts';
import { rulingOf } from './ruling.ts';

const many = Array.from({ length: 40 }, (_, index) => `user${index}`);
const words = ({ user, database }: Startup): string => `${user} ${database ?? 'replication'}`;

describe('attemptsOf', () => {
  test('every role with every database and replication, each once', () => {
    const ruling = rulingOf(['host sameuser +user3 all md5', 'host all user2,user7 all trust'], {
      roles: [...many.slice(0, 9), '~group'],
      databases: ['app', 'user3'],
    });
    const { startups, total } = attemptsOf(ruling, 1_000);
    expect(total).toBe(9 * 3);
    expect(new Set(startups.map(words)).size).toBe(27);
  });

  test('first one of all that the rules treat alike', () => {
    const rules = ['host app user7 all trust', 'host replication user9 all trust', 'host all all all md5'];
    const { startups, total } = attemptsOf(rulingOf(rules, { roles: many, databases: ['app', 'shop'] }), 9);
    expect(total).toBe(120);
    expect(startups).toHaveLength(9);
    expect(startups.map(words)).toEqual(expect.arrayContaining(['user7 app', 'user9 replication']));
  });

  test('where nobody may log in there is nothing to try', () => {
    expect(attemptsOf(rulingOf([], { roles: ['~group'] }), 9)).toEqual({ startups: [], total: 0 });
  });
});

describe('challengesOf', () => {
  const heard = [heardRow({ user: 'user1', database: 'app' }, 'tls', 'scram', ['SCRAM-SHA-256'])];
  const origin = { address: '10.0.0.1', own: false };
  const by = (lines: readonly string[], databases = ['app']) =>
    challengesOf(heard, { ruling: rulingOf(lines, { roles: many, databases }), origin }).attempts[0];

  test('without rules it says what was heard, and nothing of what should have been', () => {
    expect(challengesOf(heard, undefined).attempts).toEqual([
      {
        attempt: 'user1 to database app over TLS',
        user: 'user1',
        database: 'app',
        replication: false,
        channel: 'tls',
        answer: 'scram',
        mechanisms: ['SCRAM-SHA-256'],
      },
    ]);
  });

  test.each([
    ['host all all 10.0.0.0|255.0.0.0 scram-sha-256', true],
    ['host all all 10.0.0.0|255.0.0.0 trust', false],
    ['host all all 10.9.0.0|255.255.0.0 scram-sha-256', false],
    ['hostnossl all all all scram-sha-256', false],
    ['hostssl app user1 all md5', true],
    ['host all all all of-tomorrow', undefined],
  ])('%s: as declared %j', (line, asDeclared) => {
    expect(by([line])?.asDeclared).toBe(asDeclared);
  });

  test('a database that was dropped meanwhile has no declaration', () => {
    expect(by(['host all all all trust'], ['other'])).not.toHaveProperty('declared');
  });
});
