import {
  type AddressRange,
  holdInternet,
  isOnInternet,
  isWithin,
  prefixLengthOf,
  rangeOf,
} from './address-range.ts';
import { addressesOf } from './hba-address.ts';
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
  /** The server cannot have such connections: TLS is off, or it was built without GSSAPI. */
  readonly inert: boolean;
  readonly file: string;
  readonly line: number;
}

export const channels = ['socket', 'plaintext', 'tls', 'gss'] as const;
export type Channel = (typeof channels)[number];

const channelsOf: Readonly<Record<string, readonly Channel[]>> = {
  local: ['socket'],
  host: ['plaintext', 'tls', 'gss'],
  hostssl: ['tls'],
  hostnossl: ['plaintext', 'gss'],
  hostgssenc: ['gss'],
  hostnogssenc: ['plaintext', 'tls'],
};

export const takesChannel = (rule: HbaRule, channel: Channel): boolean =>
  channelsOf[rule.type]?.includes(channel) ?? false;

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
    inert: booleanOf(row, 'inert'),
    file: optionalTextOf(row, 'file') ?? '',
    line: integerOf(row, 'line'),
  };
}

/** Lets in whom it matches, if they prove who they are; `reject` is a decision too. */
export const admits = (rule: HbaRule): boolean => !rule.errored && rule.method !== 'reject';

/** The rule takes in every address of the internet, of IPv4 or of IPv6. */
export const takesAnyAddress = (rule: HbaRule): boolean => holdInternet(rangesOf(rule));

/** Of rules that do so only together: the widest, without those that lie in one of them. Empty: they do not. */
export function togetherAnyAddress(rules: readonly HbaRule[]): readonly HbaRule[] {
  const parts = rules
    .filter((rule) => !takesAnyAddress(rule))
    .flatMap((rule) => rangesOf(rule).map((range) => ({ rule, range })));
  if (!holdInternet(parts.map(({ range }) => range))) return [];
  const widest = parts.filter(
    ({ range }) =>
      isOnInternet(range) &&
      !parts.some((other) => isWithin(range, other.range) && !isWithin(other.range, range)),
  );
  return widest.map(({ rule }) => rule);
}

function rangesOf(rule: HbaRule): readonly AddressRange[] {
  const addresses = addressesOf(rule);
  return rule.type !== 'local' && addresses.kind === 'ranges' ? addresses.ranges : [];
}

/** Leading bits that the rule's network fixes; undefined where its address is not a network. */
export function prefixOf(rule: HbaRule): number | undefined {
  if (rule.address === undefined || rule.netmask === undefined) return undefined;
  const range = rangeOf(rule.address, rule.netmask);
  return range === undefined ? undefined : prefixLengthOf(range);
}

/** Names of rules over the months, so without line numbers; a repeated rule is told apart by a count. */
export function keysOf(rules: readonly HbaRule[]): readonly string[] {
  return numbered(rules.map(wordsOf));
}

/** Texts, of which each that came before gets a count. */
export function numbered(texts: readonly string[]): readonly string[] {
  const seen = new Map<string, number>();
  return texts.map((text) => {
    const count = (seen.get(text) ?? 0) + 1;
    seen.set(text, count);
    return count === 1 ? text : `${text} [${count}]`;
  });
}

/** The rule in one line, without its place: `host all all 0.0.0.0/0 md5`. */
function wordsOf(rule: HbaRule): string {
  if (rule.errored) return 'a line the server could not parse';
  const parts = [rule.type, rule.databases.join(','), rule.users.join(','), addressWords(rule), rule.method];
  return [...parts, ...rule.options].filter((part) => part !== '').join(' ');
}

function addressWords(rule: HbaRule): string {
  if (rule.address === undefined) return '';
  if (rule.netmask === undefined) return rule.address;
  return `${rule.address}/${prefixOf(rule) ?? rule.netmask}`;
}
