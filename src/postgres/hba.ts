import {
  type AddressRange,
  everyAddress,
  hasRemainder,
  isWhole,
  loopback,
  prefixLengthOf,
  rangeOf,
} from './address-range.ts';
import { booleanOf, integerOf, optionalTextOf, type Row, textsOf } from './row.ts';

/** One line of pg_hba.conf as the server parsed it (PostgreSQL, "The pg_hba.conf File"). */
export interface HbaRule {
  readonly type: string;
  readonly databases: readonly string[];
  readonly users: readonly string[];
  /** Absent for `local`. An address, `all`, `samehost`, `samenet`, a host name, or `.suffix`. */
  readonly address?: string;
  readonly netmask?: string;
  readonly method: string;
  readonly options: readonly string[];
  /** The server could not make sense of the line; nothing else of it is known. */
  readonly errored: boolean;
  readonly file: string;
  readonly line: number;
}

/** What of a rule is left to decide, after the rules before it: the first that matches an attempt decides it. */
export interface Reach {
  readonly any: boolean;
  /** An attempt from an address that is not this host's own. */
  readonly remote: boolean;
  /** Such an attempt with neither TLS nor GSSAPI encryption. */
  readonly remoteUnencrypted: boolean;
}

/** A role as rules name it. */
export interface HbaRole {
  readonly name: string;
  /** Every role it is a member of, directly or not; a superuser is a member of none by being one. */
  readonly memberOf: readonly string[];
}

type Channel = 'socket' | 'plaintext' | 'tls' | 'gss';

const channelsOf: Readonly<Record<string, readonly Channel[]>> = {
  local: ['socket'],
  host: ['plaintext', 'tls', 'gss'],
  hostssl: ['tls'],
  hostnossl: ['plaintext', 'gss'],
  hostgssenc: ['gss'],
  hostnogssenc: ['plaintext', 'tls'],
};

const nowhere: Reach = { any: false, remote: false, remoteUnencrypted: false };

export function hbaRuleOf(row: Row): HbaRule {
  const address = optionalTextOf(row, 'address');
  const netmask = optionalTextOf(row, 'netmask');
  return {
    type: optionalTextOf(row, 'type') ?? '',
    databases: textsOf(row, 'databases'),
    users: textsOf(row, 'users'),
    ...(address === undefined ? {} : { address }),
    ...(netmask === undefined ? {} : { netmask }),
    method: optionalTextOf(row, 'method') ?? '',
    options: textsOf(row, 'options'),
    errored: booleanOf(row, 'errored'),
    file: optionalTextOf(row, 'file') ?? '',
    line: integerOf(row, 'line'),
  };
}

/** What rule `index` decides, for any role. Where it cannot be told, it is taken to decide. */
export function reachOfRule(rules: readonly HbaRule[], index: number): Reach {
  const rule = rules[index];
  if (rule === undefined || rule.errored) return nowhere;
  const earlier = rules.slice(0, index);
  const reaches = rule.users.map((user) =>
    reach(
      rule,
      earlier.filter(({ users }) => users.includes('all') || users.includes(user)),
    ),
  );
  return reaches.reduce(either, nowhere);
}

/** What rule `index` decides for one role. */
export function reachOfRuleFor(role: HbaRole, rules: readonly HbaRule[], index: number): Reach {
  const rule = rules[index];
  if (rule === undefined || rule.errored || namesRole(rule, role) === 'no') return nowhere;
  return reach(
    rule,
    rules.slice(0, index).filter((one) => namesRole(one, role) === 'yes'),
  );
}

/** Lets in whom it matches, if they prove who they are; `reject` is a decision too. */
export const admits = (rule: HbaRule): boolean => !rule.errored && rule.method !== 'reject';

/** True where the rule's address takes in every IPv4 or every IPv6 address. */
export function takesAnyAddress(rule: HbaRule): boolean {
  return rule.type !== 'local' && rangesOf(rule).some(isWhole);
}

/** Leading bits that the rule's network fixes; undefined where its address is not a network. */
export function prefixOf(rule: HbaRule): number | undefined {
  if (rule.address === undefined || rule.netmask === undefined) return undefined;
  const range = rangeOf(rule.address, rule.netmask);
  return range === undefined ? undefined : prefixLengthOf(range);
}

/** The rule in one line, without its place: `host all all 0.0.0.0/0 md5`. */
export function wordsOf(rule: HbaRule): string {
  if (rule.errored) return 'a line the server could not parse';
  const parts = [rule.type, rule.databases.join(','), rule.users.join(','), addressWords(rule), rule.method];
  return [...parts, ...rule.options].filter((part) => part !== '').join(' ');
}

function addressWords(rule: HbaRule): string {
  if (rule.address === undefined) return '';
  if (rule.netmask === undefined) return rule.address;
  return `${rule.address}/${prefixOf(rule) ?? rule.netmask}`;
}

function namesRole(rule: HbaRule, role: HbaRole): 'yes' | 'maybe' | 'no' {
  const named = rule.users.some(
    (user) => user === 'all' || user === role.name || (user.startsWith('+') && isIn(role, user.slice(1))),
  );
  if (named) return 'yes';
  // The server's regular expressions are not ours: a pattern may match, and is never counted on to.
  return rule.users.some((user) => user.startsWith('/')) ? 'maybe' : 'no';
}

const isIn = (role: HbaRole, group: string): boolean => role.name === group || role.memberOf.includes(group);

/** `earlier`: the rules before it that surely match the same user. */
function reach(rule: HbaRule, earlier: readonly HbaRule[]): Reach {
  let found = nowhere;
  for (const database of rule.databases) {
    const same = earlier.filter((one) => !one.errored && takesDatabase(one, database));
    for (const channel of channelsOf[rule.type] ?? [])
      found = either(
        found,
        reachOver(
          channel,
          rule,
          same.filter((one) => takesChannel(one, channel)),
        ),
      );
  }
  return found;
}

/** `all` does not take in physical replication; every other keyword or pattern only itself. */
const takesDatabase = (rule: HbaRule, database: string): boolean =>
  rule.databases.includes(database) || (database !== 'replication' && rule.databases.includes('all'));

const takesChannel = (rule: HbaRule, channel: Channel): boolean =>
  channelsOf[rule.type]?.includes(channel) ?? false;

function reachOver(channel: Channel, rule: HbaRule, earlier: readonly HbaRule[]): Reach {
  if (channel === 'socket') return { ...nowhere, any: earlier.length === 0 };
  // A set of addresses that only the server knows is covered by the same words, or by rules that take in every address.
  if (earlier.some((one) => one.address === rule.address && one.netmask === rule.netmask)) return nowhere;
  const covers = earlier.flatMap(rangesOf);
  const left = (apart: readonly AddressRange[]): boolean =>
    possibleRanges(rule).some((range) => hasRemainder(range, [...covers, ...apart]));
  const remote = isRemote(rule) && left(loopback);
  return { any: left([]), remote, remoteUnencrypted: remote && channel === 'plaintext' };
}

/** `samehost` and `localhost` name this host's own addresses. */
const isRemote = (rule: HbaRule): boolean => rule.address !== 'samehost' && rule.address !== 'localhost';

/** The addresses that a rule surely takes in. */
function rangesOf(rule: HbaRule): readonly AddressRange[] {
  if (rule.address === 'all') return everyAddress;
  if (rule.address === undefined || rule.netmask === undefined) return [];
  const range = rangeOf(rule.address, rule.netmask);
  return range === undefined ? [] : [range];
}

/** The addresses that it may take in: any, where only the server can tell. */
function possibleRanges(rule: HbaRule): readonly AddressRange[] {
  const sure = rangesOf(rule);
  return sure.length > 0 ? sure : everyAddress;
}

const either = (a: Reach, b: Reach): Reach => ({
  any: a.any || b.any,
  remote: a.remote || b.remote,
  remoteUnencrypted: a.remoteUnencrypted || b.remoteUnencrypted,
});
