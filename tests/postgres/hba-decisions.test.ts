import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isWithin, singleAddress } from '../../src/postgres/address-range.ts';
import { decisionsOf } from '../../src/postgres/decisions.ts';
import type { Place } from '../../src/postgres/hba-address.ts';
import { verdictsOf } from '../../src/postgres/hba-decisions.ts';
import { domainOf, existing } from '../../src/postgres/hba-domain.ts';
import { hbaOf } from '../../src/postgres/hba-facts.ts';
import { type Channel, type HbaRule, keysOf } from '../../src/postgres/hba-rule.ts';
import { ruleOf, rulingOf } from './ruling.ts';
import { placeFor, waysFor } from './ways-for.ts';

const roles = ['!postgres', 'alice', 'bob', 'carol', '~team', '~clients'];
const logins = ['postgres', 'alice', 'bob', 'carol'];
const memberships = [
  ['alice', 'team'],
  ['bob', 'alice'],
  ['team', 'clients'],
] as const;
const membersOf: Readonly<Record<string, readonly string[]>> = {
  postgres: ['postgres'],
  alice: ['alice', 'team', 'clients'],
  bob: ['bob', 'alice', 'team', 'clients'],
  carol: ['carol'],
};
const databases = ['alice', 'app', 'team'];
const matchedBy: Readonly<Record<string, RegExp>> = { '/^a': /^a/, '/.o.$': /.o.$/, '/': /(?:)/ };
const verdictsBy = (names: readonly string[]) =>
  new Map(
    Object.entries(matchedBy).map(([pattern, regex]) => [
      pattern,
      { matching: new Set(names.filter((name) => regex.test(name))), undecided: new Set<string>() },
    ]),
  );
const patterns = { users: verdictsBy(logins), databases: verdictsBy(databases) };

interface Attempt {
  readonly user: string;
  /** Absent: physical replication. */
  readonly database?: string;
  readonly channel: Channel;
  readonly address: string;
}

/** What only the server knows: the addresses that it has, those in its networks, and what names stand for. */
const owned = ['127.0.0.1', '192.0.2.7'];
const inOwnNetworks = (address: string): boolean => /^(127\.|192\.0\.2\.)/.test(address);
const standsFor: Readonly<Record<string, readonly string[]>> = {
  localhost: ['127.0.0.1'],
  'db.test': ['10.0.0.1'],
  '.test': ['10.0.0.1', '10.9.9.9'],
};
const addresses = [
  '127.0.0.1',
  '127.9.9.9',
  '192.0.2.7',
  '192.0.2.8',
  '10.0.0.1',
  '10.9.9.9',
  '203.0.113.5',
  '::1',
  '2001:db8::1',
];

/** `check_hba` of PostgreSQL's source, one attempt at a time and for one world. */
function decider(rules: readonly HbaRule[], attempt: Attempt): number | undefined {
  const found = rules.findIndex(
    (rule) => takesChannel(rule, attempt) && takesDatabase(rule, attempt) && takesUser(rule, attempt),
  );
  return found < 0 ? undefined : found;
}

function takesChannel(rule: HbaRule, { channel, address }: Attempt): boolean {
  if (rule.type === 'local' || channel === 'socket') return rule.type === 'local' && channel === 'socket';
  if (channel === 'tls' ? rule.type === 'hostnossl' : rule.type === 'hostssl') return false;
  if (channel === 'gss' ? rule.type === 'hostnogssenc' : rule.type === 'hostgssenc') return false;
  return takesAddress(rule, address);
}

function takesAddress(rule: HbaRule, address: string): boolean {
  if (rule.address === 'all') return true;
  if (rule.address === 'samehost') return owned.includes(address);
  if (rule.address === 'samenet') return inOwnNetworks(address);
  if (rule.netmask === undefined) return standsFor[rule.address ?? '']?.includes(address) ?? false;
  const bits = (text: string): string => {
    const value = singleAddress(text);
    return `${value?.family} ${(value?.first ?? 0n).toString(2).padStart(128, '0')}`;
  };
  const [base, mask, own] = [bits(rule.address ?? ''), bits(rule.netmask), bits(address)];
  return (
    [...mask].every((bit, index) => bit === '0' || base[index] === own[index] || index < 2) &&
    base[0] === own[0]
  );
}

function takesDatabase(rule: HbaRule, { user, database }: Attempt): boolean {
  return rule.databases.some((word) => {
    if (database === undefined) return word === 'replication';
    if (word === 'all') return true;
    if (word === 'replication') return false;
    if (word === 'sameuser') return database === user;
    if (word === 'samerole' || word === 'samegroup') return membersOf[user]?.includes(database) ?? false;
    return word.startsWith('/') ? (matchedBy[word]?.test(database) ?? false) : word === database;
  });
}

function takesUser(rule: HbaRule, { user }: Attempt): boolean {
  return rule.users.some((word) => {
    if (word === 'all') return true;
    if (word.startsWith('+')) return membersOf[user]?.includes(word.slice(1)) ?? false;
    return word.startsWith('/') ? (matchedBy[word]?.test(user) ?? false) : word === user;
  });
}

const methods = ['trust', 'md5', 'scram-sha-256', 'reject', 'cert', 'password', 'ldap', 'pam'] as const;
const certainPlaces = [
  'all',
  'samehost',
  '10.0.0.0|255.0.0.0',
  '10.0.0.0|255.255.0.0',
  '10.0.0.1|255.255.255.255',
  '0.0.0.0|0.0.0.0',
  '0.0.0.0|128.0.0.0',
  '128.0.0.0|128.0.0.0',
  '127.0.0.0|255.0.0.0',
  '192.0.2.0|255.255.255.0',
  '::|::',
  '2001:db8::|ffff:ffff::',
  '::1|ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
];
const everyPlace = [...certainPlaces, 'samenet', 'localhost', 'db.test', '.test', '10.0.0.0|255.0.255.0'];

function fileOf(places: readonly string[]): fc.Arbitrary<readonly HbaRule[]> {
  const words = (all: readonly string[]) =>
    fc.uniqueArray(fc.constantFrom(...all), { minLength: 1, maxLength: 3 });
  const line = fc.record({
    type: fc.constantFrom(
      'local',
      'host',
      'host',
      'host',
      'hostssl',
      'hostnossl',
      'hostgssenc',
      'hostnogssenc',
    ),
    databases: words([
      'all',
      'app',
      'alice',
      'nowhere',
      'replication',
      'sameuser',
      'samerole',
      'samegroup',
      '/^a',
      '/.o.$',
    ]),
    users: words(['all', 'alice', 'bob', 'nobody', '+team', '+clients', '+alice', '/^a', '/.o.$', '/']),
    place: fc.constantFrom(...places),
    method: fc.constantFrom(...methods),
  });
  return fc
    .array(line, { maxLength: 7 })
    .map((lines) =>
      lines.map(({ type, databases: of, users, place, method }) =>
        ruleOf([type, of.join(','), users.join(','), ...(type === 'local' ? [] : [place]), method].join(' ')),
      ),
    );
}

const attempt: fc.Arbitrary<Attempt> = fc
  .record({
    user: fc.constantFrom(...logins),
    database: fc.constantFrom(...databases, undefined),
    channel: fc.constantFrom('socket', 'plaintext', 'tls', 'gss'),
    address: fc.constantFrom(...addresses),
  })
  .map(({ database, ...rest }) => (database === undefined ? rest : { ...rest, database }));

const surroundings = { roles, memberships, databases, patterns };

const placeOf = ({ address, channel }: Attempt): Place | 'socket' =>
  owned.includes(address) && !/^127\./.test(address) && channel !== 'socket'
    ? 'own'
    : placeFor(channel, address);

/** The only outcome that an attempt falls under. */
function outcomeFor(rules: readonly HbaRule[], { user, database, channel, address }: Attempt) {
  const ruling = rulingOf(rules, surroundings);
  const [verdict, ...more] = verdictsOf(rules, patterns, existing(domainOf(ruling))).filter(
    ({ whos, wheres }) =>
      whos.some(({ name }) => name === user) &&
      wheres.some((where) => (database === undefined ? where.replication : where.name === database)),
  );
  expect(more).toEqual([]);
  const place = placeOf({ user, channel, address });
  const outcomes = verdict!.outcomes.filter(
    (one) =>
      one.channel === channel && (one.range === undefined || isWithin(singleAddress(address)!, one.range)),
  );
  const own = outcomes.filter((one) => one.place === place);
  // Own addresses stand apart only where a rule tells them apart.
  const found = own.length > 0 ? own : outcomes.filter((one) => one.place === 'elsewhere');
  expect(found).toHaveLength(1);
  return found[0]!;
}

describe('the first match decides', () => {
  const runs = { numRuns: 3_000, seed: 20261120 } as const;

  test('exactly, where rules name networks, roles, databases and patterns', () => {
    fc.assert(
      fc.property(fileOf(certainPlaces), attempt, (rules, one) => {
        const { rules: possible, unmatched } = outcomeFor(rules, one);
        // Which addresses of the loopback network an interface has is not known.
        fc.pre(!(/^127\.|^::1$/.test(one.address) && rules.some(({ address }) => address === 'samehost')));
        const expected = decider(rules, one);
        expect({ possible, unmatched }).toEqual({
          possible: expected === undefined ? [] : [expected],
          unmatched: expected === undefined,
        });
      }),
      runs,
    );
  });

  test('among those that may, where only the server can tell', () => {
    fc.assert(
      fc.property(fileOf(everyPlace), attempt, (rules, one) => {
        const { rules: possible, unmatched } = outcomeFor(rules, one);
        const expected = decider(rules, one);
        if (expected === undefined) expect(unmatched).toBe(true);
        else expect(possible).toContain(expected);
      }),
      runs,
    );
  });

  test('no rule that decides is called idle, and none that is idle decides', () => {
    fc.assert(
      fc.property(
        fileOf(everyPlace),
        fc.array(attempt, { minLength: 20, maxLength: 40 }),
        (rules, attempts) => {
          const { rules: said } = hbaOf(rulingOf(rules, surroundings));
          for (const one of attempts) {
            const index = decider(rules, one);
            if (index !== undefined) expect(said[index]).toMatchObject({ decides: true, hiddenBy: [] });
          }
          for (const { decides, idle, hiddenBy } of said) {
            expect(decides).toBe(idle === undefined);
            expect(hiddenBy.length > 0).toBe(idle === 'hidden');
          }
        },
      ),
      { ...runs, numRuns: 500 },
    );
  });
});

describe('decisionsOf', () => {
  test('says of every attempt what the verdicts say', () => {
    fc.assert(
      fc.property(fileOf(everyPlace), attempt, (rules, one) => {
        const { rules: possible, unmatched } = outcomeFor(rules, one);
        const ways = waysFor(decisionsOf(rulingOf(rules, surroundings)), { ...one, from: placeOf(one) });
        expect(ways).toHaveLength(1);
        const keys = keysOf(rules);
        expect(ways[0]!.rules).toEqual(possible.map((index) => keys[index]));
        expect(ways[0]!.methods.includes('no-rule')).toBe(unmatched);
      }),
      { numRuns: 1_500, seed: 20261120 },
    );
  });

  test('a file of today, in its own words', () => {
    const decisions = decisionsOf(
      rulingOf(
        [
          'local all all peer',
          'hostssl sameuser +staff 10.0.0.0|255.0.0.0 scram-sha-256',
          'hostssl replication copier 10.1.0.0|255.255.0.0 cert',
          'host all all 127.0.0.0|255.0.0.0 scram-sha-256',
        ],
        {
          roles: ['ann', 'ben', 'copier', '~staff'],
          memberships: [
            ['ann', 'staff'],
            ['ben', 'staff'],
          ],
          databases: ['ann', 'ben', 'ledger'],
        },
      ),
    );
    expect(decisions.databases).toEqual(['ann', 'ben', 'ledger']);
    expect(decisions.groups.map(({ group, roles: all }) => [group, all])).toEqual([
      ['ann and 1 more', ['ann', 'ben']],
      ['copier', ['copier']],
    ]);
    expect(decisions.groups[0]?.ways).toContainEqual({
      way: 'tls from elsewhere: hostssl sameuser +staff 10.0.0.0/8 scram-sha-256',
      channels: ['tls'],
      from: 'elsewhere',
      addresses: ['10.0.0.0/8'],
      databases: [],
      ownDatabase: true,
      otherDatabases: false,
      replication: false,
      methods: ['scram-sha-256'],
      rules: ['hostssl sameuser +staff 10.0.0.0/8 scram-sha-256'],
    });
    expect(
      decisions.groups[1]?.ways.filter(({ replication, from }) => replication && from === 'elsewhere'),
    ).toMatchObject([
      {
        channels: ['plaintext', 'gss'],
        methods: ['no-rule'],
        addresses: ['0.0.0.0/0', '::/0'],
      },
      { channels: ['tls'], methods: ['no-rule'] },
      { channels: ['tls'], addresses: ['10.1.0.0/16'], methods: ['cert'], otherDatabases: false },
    ]);
  });

  test('replication is open by its own word alone, to whoever it names', () => {
    const lines = [
      'host all all 10.0.0.0|255.0.0.0 md5',
      'hostssl replication app,copier 10.0.0.0|255.0.0.0 scram-sha-256',
      'host replication all 127.0.0.1|255.255.255.255 trust',
      'host replication copier 10.9.0.0|255.255.0.0 cert',
    ];
    const { replicators } = decisionsOf(rulingOf(lines, { roles: ['!boss', 'app', '=copier'] }));
    const scram = { method: 'scram-sha-256', unencrypted: false };
    expect(replicators).toMatchObject([
      { role: 'app', permitted: false, ...scram },
      { role: 'copier', permitted: true, method: 'cert', unencrypted: true },
      { role: 'copier', permitted: true, ...scram },
    ]);
    const every = decisionsOf(
      rulingOf(['host replication all all md5'], { roles: ['!boss', 'app', '=copier'] }),
    );
    expect(every.replicators.map(({ role, permitted }) => [role, permitted])).toEqual([
      ['boss', true],
      ['app', false],
      ['copier', true],
    ]);
  });

  test('stays small for a thousand roles and a hundred databases', () => {
    const many = Array.from({ length: 1_000 }, (_, index) => `user${index}`);
    const lines = [
      'local all all peer',
      'hostssl sameuser all 10.0.0.0|255.0.0.0 scram-sha-256',
      'hostssl user7,user8 +user9 10.0.0.0|255.0.0.0 cert',
      'hostssl replication user1 10.9.0.0|255.255.0.0 scram-sha-256',
      'host all all 127.0.0.1|255.255.255.255 scram-sha-256',
    ];
    const value = decisionsOf(rulingOf(lines, { roles: many, databases: many.slice(0, 100) }));
    expect(value.groups.flatMap((group) => group.roles).sort()).toEqual([...many].sort());
    expect(value.groups.length).toBeLessThan(10);
    expect(JSON.stringify(value).length).toBeLessThan(50_000);
  });

  test('refuses to weigh what would take too long', () => {
    const lines = Array.from(
      { length: 6_000 },
      (_, index) => `host all all 10.${index >> 8}.${index & 255}.0|255.255.255.0 md5`,
    );
    expect(() => decisionsOf(rulingOf(lines))).toThrow(expect.objectContaining({ code: 'ERR_TOO_LARGE' }));
  });
});
