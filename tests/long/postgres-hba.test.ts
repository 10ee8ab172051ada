import fc from 'fast-check';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PostgresServer } from '../../src/demo/postgres-server.ts';
import { decisionsOf } from '../../src/postgres/decisions.ts';
import type { Admissions } from '../../src/postgres/facts/admissions.ts';
import type { Decisions } from '../../src/postgres/facts/decisions.ts';
import type { Hba } from '../../src/postgres/facts/hba.ts';
import type { Ruling } from '../../src/postgres/hba-domain.ts';
import { admissionsOf, hbaOf } from '../../src/postgres/hba-facts.ts';
import { patternsOf } from '../../src/postgres/hba-names.ts';
import { hbaDatabasesQuery, patternsQuery } from '../../src/postgres/hba-queries.ts';
import { type HbaRule, hbaRuleOf } from '../../src/postgres/hba-rule.ts';
import { hbaQueries, membershipsQueries, rolesQuery } from '../../src/postgres/queries.ts';
import { queryFor } from '../../src/postgres/query.ts';
import { type Membership, membershipOf } from '../../src/postgres/role-reach.ts';
import type { Row } from '../../src/postgres/row.ts';
import { selfSigned } from '../postgres/certificate.ts';
import { loadRules } from '../postgres/hba-file.ts';
import { running, stopAll } from '../postgres/looking.ts';
import { placeFor, waysFor } from '../postgres/ways-for.ts';
import { anyFile, plainFile } from './hba-lines.ts';
import { isSample } from './sample.ts';
import { type Attempt, decidedBy } from './startup-probe.ts';

const cases = isSample ? 12 : 250;
const atOnce = 12;
const users = ['alice', 'bob', 'boss', 'stranger'];
const databases = ['app', 'alice', 'team', 'a,b'];

/**
 * A client on this host comes from 127.0.0.0/8 alone, and that is what the rules under test call local. So the file
 * given to the server is the one given to assay, moved by 8 bits: 127.10.0.0/16 for 10.0.0.0/8, 127.127.0.0/16 for
 * 127.0.0.0/8. The first of these sources is this host's own to assay, the second to the server.
 */
const ownSources = ['127.127.1.1', '127.0.0.1'];
const farSources = ['127.126.1.1', '127.10.1.1', '127.10.200.1', '127.1.1.1', '127.200.1.1'];

let server: PostgresServer;
let client: Client;
let roleRows: readonly Row[];
let memberships: readonly Membership[];
let databaseRows: readonly Row[];

beforeAll(async () => {
  server = await running({
    password: 'superuser-password',
    hba: [],
    settings: {
      ssl_ca_file: 'server.crt',
      password_encryption: 'md5',
      md5_password_warnings: 'off',
      // Those of attempts that ended may not be gone yet.
      max_wal_senders: '100',
      max_connections: '200',
    },
    tls: selfSigned('db.test'),
  });
  client = new Client({ ...server.superuser, ssl: false });
  await client.connect();
  for (const name of databases) await client.query(`create database "${name}"`);
  await client.query(`create role clients; create role team in role clients; create role boss login superuser;
    create role alice login password 'p'; create role bob login password 'p'; create role "odd name" login;
    grant team to alice with inherit false, set false`);
  const rows = async (text: string): Promise<readonly Row[]> => (await client.query(text)).rows;
  roleRows = await rows(rolesQuery.text);
  memberships = (await rows(queryFor(membershipsQueries, 18).text)).map(membershipOf);
  databaseRows = await rows(hbaDatabasesQuery.text);
}, 60_000);
afterAll(async () => {
  await client?.end();
  await stopAll();
});

interface Decision extends Attempt {
  /** Index of the rule; undefined: none matched. */
  readonly rule: number | undefined;
}

interface Case {
  readonly rules: Hba['rules'];
  readonly admissions: Admissions;
  readonly said: Decisions;
  readonly decisions: readonly Decision[];
}

async function decide(lines: readonly string[]): Promise<Case> {
  await loadRules(server, client, lines);
  const rows: readonly Row[] = (await client.query(queryFor(hbaQueries, 18).text)).rows;
  expect(rows.filter((row) => row['errored'] !== false)).toEqual([]);
  const rules = rows.map(hbaRuleOf).map(moved);
  const methods = rules.map(({ method }) => method);
  const decisions = await inTurns(attempts(), async (attempt) => {
    const method = await decidedBy(server, attempt);
    const rule = methods.indexOf(method);
    if (rule < 0 && method !== 'none') throw new Error(`expected one of ${methods}, got ${method}`);
    return { ...attempt, rule: rule < 0 ? undefined : rule };
  });
  const ruling = await rulingOf(rules);
  return {
    rules: hbaOf(ruling).rules,
    admissions: admissionsOf(ruling),
    said: decisionsOf(ruling),
    decisions,
  };
}

async function rulingOf(rules: readonly HbaRule[]): Promise<Ruling> {
  const among = (words: readonly string[]) => words.filter((word) => word.startsWith('/'));
  const values = [among(rules.flatMap((rule) => rule.users)), among(rules.flatMap((rule) => rule.databases))];
  const { rows } = await client.query({ text: patternsQuery.text, values });
  const patterns = patternsOf(rows as readonly Row[]);
  return { rules, roles: roleRows, memberships, databases: databaseRows, patterns };
}

function moved(rule: HbaRule): HbaRule {
  const { address, netmask } = rule;
  if (address === undefined || netmask === undefined || address.includes(':')) return rule;
  return { ...rule, address: shifted(address), netmask: shifted(netmask) };
}

const shifted = (address: string): string => `${address.split('.').slice(1).join('.')}.0`;

function attempts(): readonly Attempt[] {
  const asked = databases.map((database): Omit<Attempt, 'channel' | 'source' | 'user'> => ({ database }));
  const replicating = [
    { database: 'app', replication: 'true' },
    { database: 'app', replication: 'database' },
  ] as const;
  const places = [...ownSources, ...farSources].flatMap((source) => [
    { channel: 'plaintext', source } as const,
    { channel: 'tls', source } as const,
  ]);
  return [{ channel: 'socket', source: '' } as const, ...places].flatMap((place) =>
    [...asked, ...replicating].flatMap((what) => users.map((user) => ({ ...place, ...what, user }))),
  );
}

async function inTurns<T, U>(items: readonly T[], work: (item: T) => Promise<U>): Promise<readonly U[]> {
  const results: U[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index]!);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}

const isFar = ({ channel, source }: Attempt): boolean => channel !== 'socket' && farSources.includes(source);
const isFarAndPlain = (attempt: Attempt): boolean => isFar(attempt) && attempt.channel === 'plaintext';

/** What `postgres.decisions` says of an attempt of a role that there is: the methods among which only the server can tell. */
function methodsFor({ said }: Case, { user, database, replication, channel, source }: Decision) {
  const address = channel === 'socket' ? '' : shifted(source);
  const place = { user, channel, address, from: placeFor(channel, address) };
  const ways = waysFor(said, replication === 'true' ? place : { ...place, database });
  expect(ways).toHaveLength(1);
  return ways[0]!.methods;
}

const methodOf = ({ rules }: Case, { rule }: Decision): string =>
  rule === undefined ? 'no-rule' : (rules[rule]?.method ?? '');

const isKnown = ({ user }: Attempt): boolean => user !== 'stranger';

/** What the facts say of rules and roles, as far as it can be seen from outside. */
interface Said {
  readonly rules: readonly Pick<Hba['rules'][number], 'admits' | 'remote' | 'remoteUnencrypted'>[];
  readonly roles: readonly Omit<Admissions[number], 'superuser'>[];
}

/** What the facts would say if they knew no more than what the server did. */
function observed({ rules, admissions, decisions }: Case): Said {
  const deciding = (index: number): readonly Decision[] => decisions.filter(({ rule }) => rule === index);
  const letsIn = (index: number): boolean => rules[index]?.method !== 'reject';
  return {
    rules: rules.map((_, index) => ({
      admits: letsIn(index) && deciding(index).length > 0,
      remote: deciding(index).some(isFar),
      remoteUnencrypted: deciding(index).some(isFarAndPlain),
    })),
    roles: admissions
      .filter(({ role }) => users.includes(role))
      .map(({ role }) => {
        const own = decisions.filter(({ user, rule }) => user === role && rule !== undefined && letsIn(rule));
        const far = own.filter(isFar);
        return {
          role,
          remote: far.length > 0,
          remoteUnencrypted: own.some(isFarAndPlain),
          rules: decidersOf(rules, far).map(({ rule }) => rule),
        };
      }),
  };
}

const decidersOf = (rules: Hba['rules'], decisions: readonly Decision[]): Hba['rules'] =>
  rules.filter((_, index) => decisions.some(({ rule }) => rule === index));

/** Who may copy the server from elsewhere, by what, unencrypted or not; of roles that there are. */
function observedReplicators({ rules, decisions }: Case): readonly string[] {
  const copying = decisions.filter((one) => isKnown(one) && one.replication === 'true' && isFar(one));
  const said = copying.flatMap(({ user, rule, channel }) => {
    const method = rules[rule ?? -1]?.method;
    if (method === undefined || method === 'reject') return [];
    return [`${user} ${method}`, ...(channel === 'plaintext' ? [`${user} ${method} unencrypted`] : [])];
  });
  return [...new Set(said)].sort();
}

const claimedReplicators = ({ said }: Case): readonly string[] =>
  said.replicators
    .filter(({ role }) => users.includes(role))
    .flatMap(({ role, method, unencrypted }) => [
      `${role} ${method}`,
      ...(unencrypted ? [`${role} ${method} unencrypted`] : []),
    ])
    .sort();

function claimed({ rules, admissions }: Case): Said {
  return {
    rules: rules.map(({ admits, remote, remoteUnencrypted }) => ({ admits, remote, remoteUnencrypted })),
    roles: admissions.filter(({ role }) => users.includes(role)).map(({ superuser: _, ...rest }) => rest),
  };
}

/** Everything that is said in the facts, as one text each. */
function statements({ rules, roles }: Said): readonly string[] {
  const trueOf = (name: string, flags: Record<string, unknown>): readonly string[] =>
    Object.keys(flags).flatMap((flag) => (flags[flag] === true ? [`${name} ${flag}`] : []));
  return [
    ...rules.flatMap((flags, index) => trueOf(`rule ${index}`, flags)),
    ...roles.flatMap(({ role, rules: named, ...flags }) => [
      ...trueOf(role, flags),
      ...named.map((rule) => `${role} by ${rule}`),
    ]),
  ];
}

const options = { numRuns: cases, seed: 20261120 } as const;

test('names and networks are judged exactly as the server judges them', async () => {
  await fc.assert(
    fc.asyncProperty(plainFile, async (lines) => {
      const tried = await decide(lines);
      expect(claimed(tried)).toEqual(observed(tried));
      expect(claimedReplicators(tried)).toEqual(observedReplicators(tried));
      for (const one of tried.decisions.filter(isKnown))
        expect(methodsFor(tried, one)).toEqual([methodOf(tried, one)]);
      for (const { decides, rule } of tried.rules) {
        const seen = tried.decisions.some(
          (one) => isKnown(one) && tried.rules[one.rule ?? -1]?.rule === rule,
        );
        if (seen) expect(decides).toBe(true);
      }
    }),
    options,
  );
});

test('no attempt that the server lets through is missed, whatever words the rules use', async () => {
  let said = 0;
  let alarms = 0;
  await fc.assert(
    fc.asyncProperty(anyFile, async (lines) => {
      const tried = await decide(lines);
      const ours = statements(claimed(tried));
      const theirs = statements(observed(tried));
      expect(ours).toEqual(expect.arrayContaining([...theirs]));
      expect(claimedReplicators(tried)).toEqual(expect.arrayContaining([...observedReplicators(tried)]));
      const own = lines.some((line) => / same(host|net) /.test(line));
      for (const one of tried.decisions.filter(isKnown)) {
        // Moved by 8 bits, this address is not among the server's own.
        if (own && one.source === '127.0.0.1') continue;
        expect(methodsFor(tried, one)).toContain(methodOf(tried, one));
      }
      if (lines.some((line) => / (?:all|::\S*) \S+$/.test(line))) return;
      said += ours.length;
      alarms += ours.length - theirs.length;
    }),
    options,
  );
  // Being careful has a price: what patterns and the server's own networks match is not known, so it may not apply.
  expect(said).toBeGreaterThan(0);
  expect(alarms / said).toBeLessThan(0.25);
});
