import { describe, expect, test } from 'vitest';
import { admissionsOf, hbaOf } from '../../src/postgres/derive.ts';
import { type HbaRule, reachOfRule } from '../../src/postgres/hba.ts';

/** A rule as one would write it; a network as `address/mask`. */
function rule(line: string): HbaRule {
  const [type = '', databases = '', users = '', ...rest] = line.split(' ');
  const [place, method = ''] = type === 'local' ? [undefined, rest[0]] : [rest[0], rest[1]];
  const [address, netmask] = place?.split('|') ?? [];
  return {
    type,
    databases: databases.split(','),
    users: users.split(','),
    ...(address === undefined ? {} : { address }),
    ...(netmask === undefined ? {} : { netmask }),
    method,
    options: [],
    errored: false,
    file: 'pg_hba.conf',
    line: 1,
  };
}

const ten = '10.0.0.0|255.0.0.0';
const everyIpv4 = '0.0.0.0|0.0.0.0';
const everyIpv6 = '::|::';
const loopbackOnly = '127.0.0.1|255.255.255.255';

const reachOfLast = (...lines: readonly string[]) => reachOfRule(lines.map(rule), lines.length - 1);

describe('what a rule takes in', () => {
  test.each([
    ['local all all peer', { any: true, remote: false, remoteUnencrypted: false }],
    [`host all all ${loopbackOnly} trust`, { any: true, remote: false, remoteUnencrypted: false }],
    ['host all all ::1|ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff trust', { any: true, remote: false }],
    ['host all all 127.0.0.0|254.0.0.0 trust', { remote: true }],
    [`host all all ${ten} md5`, { any: true, remote: true, remoteUnencrypted: true }],
    [`hostssl all all ${ten} md5`, { any: true, remote: true, remoteUnencrypted: false }],
    [`hostnossl all all ${ten} md5`, { remoteUnencrypted: true }],
    [`hostgssenc all all ${ten} gss`, { remote: true, remoteUnencrypted: false }],
    [`hostnogssenc all all ${ten} md5`, { remoteUnencrypted: true }],
    ['host all all all md5', { remote: true, remoteUnencrypted: true }],
    ['host all all samenet md5', { remote: true, remoteUnencrypted: true }],
    ['host all all samehost md5', { any: true, remote: false, remoteUnencrypted: false }],
    ['host all all localhost md5', { any: true, remote: false }],
    ['host all all .example.test md5', { remote: true }],
    ['host all all 10.0.0.0|255.0.255.0 md5', { remote: true, remoteUnencrypted: true }],
  ])('%s', (line, expected) => {
    expect(reachOfLast(line)).toMatchObject(expected);
  });
});

describe('what earlier rules leave to it', () => {
  const last = `host all all ${ten} md5`;
  test.each([
    ['the same rule', [last], { any: false, remote: false, remoteUnencrypted: false }],
    ['plaintext rejected', ['hostnossl all all all reject'], { remote: true, remoteUnencrypted: false }],
    ['plaintext rejected for one database', ['hostnossl app all all reject'], { remoteUnencrypted: true }],
    ['a wider network', [`host all all ${everyIpv4} reject`], { any: false }],
    [
      'both halves of the network',
      ['host all all 10.0.0.0|255.128.0.0 md5', 'host all all 10.128.0.0|255.128.0.0 md5'],
      { any: false },
    ],
    ['one half of the network', ['host all all 10.0.0.0|255.128.0.0 md5'], { any: true, remote: true }],
    ['the other family', [`host all all ${everyIpv6} reject`], { remote: true }],
    ['the socket', ['local all all reject'], { any: true }],
    ['one role', [`host all postgres ${everyIpv4} reject`], { any: true }],
    ['names only the server can resolve', ['host all all samenet reject'], { any: true, remote: true }],
    ['a mask with gaps', ['host all all 10.0.0.0|255.0.255.0 reject'], { any: true }],
  ])('%s', (_, earlier, expected) => {
    expect(reachOfLast(...earlier, last)).toMatchObject(expected);
  });

  test('all databases do not take in replication', () => {
    const replication = `host replication all ${ten} trust`;
    expect(reachOfLast(last, replication).any).toBe(true);
    expect(reachOfLast(`host replication all ${everyIpv4} reject`, replication).any).toBe(false);
  });

  test('a pattern is covered by itself and by all, and covers nothing else', () => {
    expect(reachOfLast(`host all /^app ${ten} md5`, `host all /^app ${ten} trust`).any).toBe(false);
    expect(reachOfLast(`host all /^app ${ten} reject`, `host all application ${ten} trust`).any).toBe(true);
    expect(reachOfLast(last, `host all /^app ${ten} trust`).any).toBe(false);
  });

  test('both families must be taken in before a host name is', () => {
    const named = 'host all all db.test md5';
    expect(reachOfLast(`host all all ${everyIpv4} reject`, named).any).toBe(true);
    expect(
      reachOfLast(`host all all ${everyIpv4} reject`, `host all all ${everyIpv6} reject`, named).any,
    ).toBe(false);
    expect(reachOfLast('host all all all reject', named).any).toBe(false);
  });

  test('a line in error covers nothing', () => {
    const broken = { ...rule(last), errored: true };
    expect(reachOfRule([broken, rule(last)], 1).any).toBe(true);
  });
});

describe('what it means for a role', () => {
  const roleRow = (name: string, superuser: boolean) => ({ name, superuser, login: true });
  const admissions = (lines: readonly string[], memberships: readonly [string, string][] = []) =>
    admissionsOf(
      lines.map(rule),
      [roleRow('postgres', true), roleRow('application', false)],
      memberships.map(([member, granted]) => ({ member, granted, admin: false, inherit: false, set: false })),
    ).map(({ role, remote, remoteUnencrypted }) => ({ role, remote, remoteUnencrypted }));
  const out = { remote: false, remoteUnencrypted: false };
  const plain = { remote: true, remoteUnencrypted: true };

  test('the first match decides, for each role on its own', () => {
    expect(admissions([`host all postgres ${everyIpv4} reject`, `host all all ${ten} md5`])).toEqual([
      { role: 'postgres', ...out },
      { role: 'application', ...plain },
    ]);
  });

  test('membership counts, whatever the grant lets the role do', () => {
    const lines = [`host all +clients ${ten} md5`];
    expect(
      admissions(lines, [
        ['application', 'team'],
        ['team', 'clients'],
      ]),
    ).toEqual([
      { role: 'postgres', ...out },
      { role: 'application', ...plain },
    ]);
  });

  test('a pattern may let in, and is not relied on to keep out', () => {
    expect(admissions([`host all /^post ${ten} md5`])[0]).toMatchObject(plain);
    expect(admissions([`host all /^post ${ten} reject`, `host all all ${ten} md5`])[0]).toMatchObject(plain);
  });
});

describe('hbaOf', () => {
  test('keys hold no line numbers, and tell repeated rules apart', () => {
    const lines = [
      rule(`host all all ${ten} md5`),
      rule('local all all peer'),
      rule(`host all all ${ten} md5`),
    ];
    expect(hbaOf(lines).rules.map(({ rule: key, admits }) => [key, admits])).toEqual([
      ['host all all 10.0.0.0/8 md5', true],
      ['local all all peer', true],
      ['host all all 10.0.0.0/8 md5 [2]', false],
    ]);
  });

  test.each([
    [`host all all ${everyIpv4} md5`, true],
    [`host all all ${everyIpv6} md5`, true],
    ['host all all all md5', true],
    [`host all all ${ten} md5`, false],
    ['host all all samenet md5', false],
    ['local all all md5', false],
  ])('%s takes in every address: %s', (line, anyAddress) => {
    expect(hbaOf([rule(line)]).rules[0]?.anyAddress).toBe(anyAddress);
  });
});
