import { describe, expect, test } from 'vitest';
import { admissionsOf, hbaOf } from '../../src/postgres/hba-facts.ts';
import { ruleOf, rulingOf } from './ruling.ts';

const ten = '10.0.0.0|255.0.0.0';
const everyIpv4 = '0.0.0.0|0.0.0.0';
const everyIpv6 = '::|::';
const loopbackOnly = '127.0.0.1|255.255.255.255';

const usesOf = (...lines: Parameters<typeof rulingOf>[0]) => hbaOf(rulingOf(lines)).rules;
const useOfLast = (...lines: readonly string[]) => usesOf(...lines).at(-1)!;

describe('what a rule takes in', () => {
  test.each([
    ['local all all peer', { admits: true, remote: false, remoteUnencrypted: false }],
    [`host all all ${loopbackOnly} trust`, { admits: true, remote: false, remoteUnencrypted: false }],
    ['host all all ::1|ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff trust', { admits: true, remote: false }],
    ['host all all 127.0.0.0|254.0.0.0 trust', { remote: true }],
    [`host all all ${ten} md5`, { admits: true, remote: true, remoteUnencrypted: true }],
    [`hostssl all all ${ten} md5`, { admits: true, remote: true, remoteUnencrypted: false }],
    [`hostnossl all all ${ten} md5`, { remoteUnencrypted: true }],
    [`hostgssenc all all ${ten} gss`, { remote: true, remoteUnencrypted: false }],
    [`hostnogssenc all all ${ten} md5`, { remoteUnencrypted: true }],
    ['host all all all md5', { remote: true, remoteUnencrypted: true }],
    ['host all all samenet md5', { remote: true, remoteUnencrypted: true }],
    ['host all all samehost md5', { admits: true, remote: false, remoteUnencrypted: false }],
    ['host all all localhost md5', { admits: true, remote: false }],
    ['host all all .example.test md5', { remote: true }],
    ['host all all 10.0.0.0|255.0.255.0 md5', { remote: true, remoteUnencrypted: true }],
  ])('%s', (line, expected) => {
    expect(useOfLast(line)).toMatchObject(expected);
  });
});

describe('rules for every address', () => {
  const halves = ['host all all 0.0.0.0|128.0.0.0 md5', 'host all all 128.0.0.0|128.0.0.0 md5'];
  test.each<readonly [string, readonly string[], readonly boolean[]]>([
    ['the keyword', ['host all all all md5'], [true]],
    ['IPv4', [`host all all ${everyIpv4} md5`, `host all all ${ten} md5`], [true, false]],
    ['what of IPv6 is routed', ['host all all 2000::|e000:: md5'], [true]],
    ['one half', halves.slice(0, 1), [false]],
    ['both halves', halves, [true, true]],
    ['halves of IPv6', ['host all all ::|8000:: md5', 'host all all 8000::|8000:: md5'], [true, false]],
    [
      'all that is routed, and not what is private or reserved',
      [
        'host all all 0.0.0.0|128.0.0.0 md5',
        'host all all 128.0.0.0|192.0.0.0 md5',
        'host all all 192.0.0.0|224.0.0.0 md5',
      ],
      [true, true, true],
    ],
    ['both halves, and a part of one before', [`host all all ${ten} trust`, ...halves], [false, true, true]],
    ['halves with a part rejected', [`host all all ${ten} reject`, ...halves], [false, true, true]],
    ['one half rejected', [halves[0]!.replace('md5', 'reject'), halves[1]!], [false, false]],
    [
      'halves for others',
      ['host all boss 0.0.0.0|128.0.0.0 md5', 'host all app 128.0.0.0|128.0.0.0 md5'],
      [false, false],
    ],
    [
      'halves of which one role has both',
      [halves[0]!, 'host all postgres 128.0.0.0|128.0.0.0 md5'],
      [true, true],
    ],
    [
      'halves over other channels',
      [halves[0]!.replace('host', 'hostssl'), halves[1]!.replace('host', 'hostnossl')],
      [false, false],
    ],
    ['halves of which TLS has both', [halves[0]!.replace('host', 'hostssl'), halves[1]!], [true, true]],
  ])('%s', (_, lines, expected) => {
    expect(usesOf(...lines).map(({ anyAddress }) => anyAddress)).toEqual(expected);
  });
});

describe('what earlier rules leave to it', () => {
  const last = `host all all ${ten} md5`;
  test.each([
    ['the same rule', [last], { admits: false, remote: false, remoteUnencrypted: false }],
    ['plaintext rejected', ['hostnossl all all all reject'], { remote: true, remoteUnencrypted: false }],
    ['plaintext rejected for one database', ['hostnossl app all all reject'], { remoteUnencrypted: true }],
    ['a wider network', [`host all all ${everyIpv4} reject`], { admits: false }],
    [
      'both halves of the network',
      ['host all all 10.0.0.0|255.128.0.0 md5', 'host all all 10.128.0.0|255.128.0.0 md5'],
      { admits: false },
    ],
    ['one half of the network', ['host all all 10.0.0.0|255.128.0.0 md5'], { admits: true, remote: true }],
    ['the other family', [`host all all ${everyIpv6} reject`], { remote: true }],
    ['the socket', ['local all all reject'], { admits: true }],
    ['one role', [`host all postgres ${everyIpv4} reject`], { admits: true }],
    ['names only the server can resolve', ['host all all samenet reject'], { admits: true, remote: true }],
    ['a mask with gaps', ['host all all 10.0.0.0|255.0.255.0 reject'], { admits: true }],
  ])('%s', (_, earlier, expected) => {
    expect(useOfLast(...earlier, last)).toMatchObject(expected);
  });

  test('all databases do not take in replication', () => {
    const replication = `host replication all ${ten} trust`;
    expect(useOfLast(last, replication).admits).toBe(true);
    expect(useOfLast(`host replication all ${everyIpv4} reject`, replication).admits).toBe(false);
  });

  test('a pattern is covered by itself and by all, and covers nothing else', () => {
    const users = new Map([['/^app', { matching: new Set<string>(), undecided: new Set<string>() }]]);
    const admitted = (...lines: readonly string[]) =>
      hbaOf(rulingOf(lines, { patterns: { users, databases: new Map() } })).rules.at(-1)?.admits;
    expect(admitted(`host all /^app ${ten} md5`, `host all /^app ${ten} trust`)).toBe(false);
    expect(admitted(`host all /^app ${ten} reject`, `host all application ${ten} trust`)).toBe(true);
    expect(admitted(last, `host all /^app ${ten} trust`)).toBe(false);
  });

  test('both families must be taken in before a host name is', () => {
    const named = 'host all all db.test md5';
    expect(useOfLast(`host all all ${everyIpv4} reject`, named).admits).toBe(true);
    expect(
      useOfLast(`host all all ${everyIpv4} reject`, `host all all ${everyIpv6} reject`, named).admits,
    ).toBe(false);
    expect(useOfLast('host all all all reject', named).admits).toBe(false);
  });

  test('a line in error covers nothing', () => {
    const broken = { ...ruleOf(last), errored: true };
    expect(usesOf(broken, last)).toMatchObject([
      { admits: false, decides: false },
      { admits: true, decides: true },
    ]);
  });

  test('nor does one for connections that the server does not have', () => {
    const inert = { ...ruleOf(`hostssl all all ${ten} scram-sha-256`), inert: true };
    expect(usesOf(inert, last)).toMatchObject([
      { admits: false, decides: false, idle: 'no-channel', hiddenBy: [] },
      { admits: true, decides: true },
    ]);
  });
});

describe('rules that decide nothing', () => {
  const world = { roles: ['app', 'boss', '~team'], databases: ['clinic'] };
  const last = (...lines: readonly string[]) => hbaOf(rulingOf(lines, world)).rules.at(-1);

  test.each([
    ['a role that there is not', `host all nobody ${ten} md5`, 'no-role'],
    ['one that may not log in', `host all team ${ten} md5`, 'no-role'],
    ['a group without members', `host all +team ${ten} md5`, 'no-role'],
    ['a database that there is not', `host ledger all ${ten} md5`, 'no-database'],
    ['nobody’s own database', `host sameuser app ${ten} md5`, 'no-database'],
  ])('%s', (_, line, idle) => {
    expect(last(line)).toMatchObject({ decides: false, idle, hiddenBy: [] });
    // Somebody of that name may come to be.
    expect(last(line)?.admits).toBe(true);
  });

  test('rules that earlier ones hide, by name', () => {
    const halves = ['host all all 10.0.0.0|255.128.0.0 md5', 'host all all 10.128.0.0|255.128.0.0 reject'];
    expect(last(...halves, `local all all peer`, `host all app ${ten} trust`)).toMatchObject({
      decides: false,
      idle: 'hidden',
      hiddenBy: ['host all all 10.0.0.0/9 md5', 'host all all 10.128.0.0/9 reject'],
    });
    expect(
      last(`host all app ${ten} md5`, `host all boss ${ten} md5`, `host clinic,replication all ${ten} md5`),
    ).toMatchObject({ decides: true, hiddenBy: [] });
    // What is for all is for roles of other names, which may come to be and are not hidden.
    const each = [`host all app ${ten} md5`, `host all boss ${ten} md5`];
    expect(last(...each, `host clinic all ${ten} md5`)).toMatchObject({ decides: true, hiddenBy: [] });
    expect(last(...each, `host clinic app,boss ${ten} md5`)).toMatchObject({
      ...{ decides: false, admits: false, idle: 'hidden' },
    });
  });

  test.each([
    ['initdb', []],
    ['Debian', ['local all postgres peer']],
  ])('no line of the file as %s makes it, where nobody but the superuser is there', (_, before) => {
    const one = '127.0.0.1|255.255.255.255';
    const six = '::1|ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff';
    const each = (databases: string) => [
      `local ${databases} all peer`,
      `host ${databases} all ${one} scram-sha-256`,
      `host ${databases} all ${six} scram-sha-256`,
    ];
    const { rules } = hbaOf(rulingOf([...before, ...each('all'), ...each('replication')]));
    expect(rules.filter(({ decides }) => !decides)).toEqual([]);
  });

  test('one behind a name that only the server can resolve may decide', () => {
    expect(last('host all all .example.test reject', `host all all ${ten} md5`)).toMatchObject({
      decides: true,
    });
    expect(last('host all all db.test reject', 'host all all db.test md5')).toMatchObject({
      decides: false,
      hiddenBy: ['host all all db.test reject'],
    });
  });
});

describe('what it means for a role', () => {
  const admissions = (lines: readonly string[], surroundings = {}) =>
    admissionsOf(rulingOf(lines, { roles: ['!postgres', 'application'], ...surroundings })).map(
      ({ role, remote, remoteUnencrypted }) => ({ role, remote, remoteUnencrypted }),
    );
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
      admissions(lines, {
        memberships: [
          ['application', 'team'],
          ['team', 'clients'],
        ],
      }),
    ).toEqual([
      { role: 'postgres', ...out },
      { role: 'application', ...plain },
    ]);
  });

  test('a pattern may let in, and is not relied on to keep out', () => {
    expect(admissions([`host all /^post ${ten} md5`])[0]).toMatchObject(plain);
    expect(admissions([`host all /^post ${ten} reject`, `host all all ${ten} md5`])[0]).toMatchObject(plain);
  });

  test('unless the server has said what it matches', () => {
    const users = new Map([['/^post', { matching: new Set(['postgres']), undecided: new Set<string>() }]]);
    const patterns = { users, databases: new Map() };
    const keptOut = [`host all /^post ${ten} reject`, `host all all ${ten} md5`];
    expect(admissions(keptOut, { patterns })).toMatchObject([out, plain]);
    expect(admissions([`host all /^post ${ten} md5`], { patterns })).toMatchObject([plain, out]);
  });

  test('a superuser is a member of no role by being one', () => {
    expect(admissions([`host all +application ${ten} md5`])).toMatchObject([out, plain]);
  });
});

describe('hbaOf', () => {
  test('keys hold no line numbers, and tell repeated rules apart', () => {
    const lines = [`host all all ${ten} md5`, 'local all all peer', `host all all ${ten} md5`];
    expect(usesOf(...lines).map(({ rule: key, admits }) => [key, admits])).toEqual([
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
    expect(usesOf(line)[0]?.anyAddress).toBe(anyAddress);
  });
});
