import { byCodeUnit } from '../model/index.ts';
import { type AddressRange, joined, loopback, rangeInWords } from './address-range.ts';
import type { Decisions } from './facts/decisions.ts';
import { type Outcome, type Verdicts, verdictsOf } from './hba-decisions.ts';
import { domainOf, existing, namesWith, type Ruling } from './hba-domain.ts';
import type { Where, Who } from './hba-names.ts';
import { admits, type Channel, type HbaRule, keysOf, numbered } from './hba-rule.ts';

type Way = Omit<Decisions['groups'][number]['ways'][number], 'way'>;

/** What the rules decide for the roles that may log in and the databases that there are, like with like. */
export function decisionsOf(ruling: Ruling): Decisions {
  const { rules, patterns } = ruling;
  const keys = keysOf(rules);
  const methods = rules.map(({ method }) => method);
  const byWhos = new Map<readonly Who[], Verdicts[]>();
  const domain = existing(domainOf(ruling));
  const all = verdictsOf(rules, patterns, domain);
  for (const verdicts of all) byWhos.set(verdicts.whos, [...(byWhos.get(verdicts.whos) ?? []), verdicts]);
  const alike = new Map<string, { roles: string[]; ways: readonly Way[] }>();
  for (const [whos, verdicts] of byWhos) {
    const ways = waysOf(whos, verdicts, keys, methods);
    const text = JSON.stringify(ways);
    const group = alike.get(text) ?? { roles: [], ways };
    alike.set(text, group);
    group.roles.push(...whos.map(({ name = '' }) => name));
  }
  return {
    databases: domain.wheres.flatMap(({ name }) => (name === undefined ? [] : [name])),
    replicators: replicatorsOf(all, ruling, keys),
    groups: [...alike.values()].map(({ roles, ways }) => {
      const others = roles.length === 1 ? '' : ` and ${roles.length - 1} more`;
      const named = numbered(ways.map(wayInWords));
      return {
        group: `${roles[0]}${others}`,
        roles,
        ways: ways.map((way, index) => ({ way: named[index] ?? '', ...way })),
      };
    }),
  };
}

type Replicator = Decisions['replicators'][number];

/** Who may ask for a copy of the server from elsewhere, and by which method. */
function replicatorsOf(
  verdicts: readonly Verdicts[],
  ruling: Ruling,
  keys: readonly string[],
): Decisions['replicators'] {
  const superusers = namesWith(ruling, 'superuser');
  const replicating = namesWith(ruling, 'replication');
  return verdicts
    .filter(({ wheres }) => wheres.some(({ replication }) => replication))
    .flatMap(({ whos, outcomes }) => {
      const ways = methodsOf(outcomes, ruling.rules);
      return whos.flatMap(({ name = '' }) =>
        ways.map(
          ({ method, unencrypted, rules }): Replicator => ({
            role: name,
            method,
            permitted: superusers.has(name) || replicating.has(name),
            unencrypted,
            rules: rules.map((index) => keys[index] ?? ''),
          }),
        ),
      );
    });
}

function methodsOf(outcomes: readonly Outcome[], rules: readonly HbaRule[]) {
  const found = new Map<string, { method: string; unencrypted: boolean; rules: number[] }>();
  for (const { channel, place, rules: possible } of outcomes)
    for (const index of possible) {
      const rule = rules[index] as HbaRule;
      if (place !== 'elsewhere' || !admits(rule)) continue;
      const one = found.get(rule.method) ?? { method: rule.method, unencrypted: false, rules: [] };
      found.set(rule.method, one);
      one.unencrypted ||= channel === 'plaintext';
      if (!one.rules.includes(index)) one.rules.push(index);
    }
  return [...found.values()];
}

const wayInWords = ({ channels, from, rules, methods }: Way): string =>
  `${channels.join(', ')} from ${from}: ${[...rules, ...methods.filter((one) => one === 'no-rule')].join(' or ')}`;

/** One thing that can become of an attempt, with the addresses for which it does. */
interface Piece {
  readonly from: Outcome['place'];
  readonly addresses: readonly string[];
  readonly rules: readonly number[];
  readonly unmatched: boolean;
}

function waysOf(
  whos: readonly Who[],
  verdicts: readonly Verdicts[],
  keys: readonly string[],
  methods: readonly string[],
): readonly Way[] {
  const rest = restOf(verdicts);
  const pieces = new Map<string, { piece: Piece; channels: readonly Channel[]; wheres: Where[] }>();
  for (const { wheres, outcomes } of verdicts)
    for (const { piece, channels } of piecesOf(outcomes)) {
      const key = JSON.stringify([piece, channels]);
      const found = pieces.get(key) ?? { piece, channels, wheres: [] };
      pieces.set(key, found);
      found.wheres.push(...wheres);
    }
  const ways = [...pieces.values()].map(({ piece, channels, wheres }) => ({
    channels,
    from: piece.from,
    addresses: piece.addresses,
    ...databasesOf(whos, wheres, rest),
    methods: [
      ...new Set([
        ...piece.rules.map((index) => methods[index] ?? ''),
        ...(piece.unmatched ? ['no-rule'] : []),
      ]),
    ],
    rules: piece.rules.map((index) => keys[index] ?? ''),
  }));
  // The order in which databases come differs from role to role.
  return inTextOrder(ways);
}

const inTextOrder = <T>(values: readonly T[]): readonly T[] =>
  values
    .map((value) => ({ value, text: JSON.stringify(value) }))
    .sort((a, b) => byCodeUnit(a.text, b.text))
    .map(({ value }) => value);

/** The most databases that are decided alike: they need no list. */
function restOf(verdicts: readonly Verdicts[]): ReadonlySet<Where> {
  const lists = verdicts.map(({ wheres }) => wheres.filter(({ replication }) => !replication));
  return new Set(lists.reduce((most, list) => (list.length > most.length ? list : most), []));
}

/** A role's own database is not named either, so that a thousand roles who may each reach theirs are one group. */
function databasesOf(
  whos: readonly Who[],
  wheres: readonly Where[],
  rest: ReadonlySet<Where>,
): Pick<Way, 'databases' | 'ownDatabase' | 'otherDatabases' | 'replication'> {
  const own = whos.length === 1 ? whos[0]?.name : undefined;
  const names = wheres.flatMap((where) => (where.name === undefined || rest.has(where) ? [] : [where.name]));
  return {
    databases: names.filter((name) => name !== own).sort(),
    ownDatabase: own !== undefined && names.includes(own),
    otherDatabases: wheres.some((where) => rest.has(where)),
    replication: wheres.some(({ replication }) => replication),
  };
}

function piecesOf(
  outcomes: readonly Outcome[],
): readonly { readonly piece: Piece; readonly channels: readonly Channel[] }[] {
  const found = new Map<string, { outcome: Outcome; ranges: AddressRange[] }>();
  for (const outcome of outcomes) {
    const { channel, place, rules, unmatched, range } = outcome;
    const key = JSON.stringify([channel, place, rules, unmatched]);
    const one = found.get(key) ?? { outcome, ranges: [] };
    found.set(key, one);
    if (range !== undefined) one.ranges.push(range);
  }
  const pieces = new Map<string, { piece: Piece; channels: Channel[] }>();
  for (const { outcome, ranges } of found.values()) {
    const { channel, place, rules, unmatched } = outcome;
    const piece = { from: place, addresses: inWords(place, ranges), rules, unmatched };
    const key = JSON.stringify(piece);
    const same = pieces.get(key) ?? { piece, channels: [] };
    pieces.set(key, same);
    same.channels.push(channel);
  }
  return [...pieces.values()];
}

/** Among addresses that are not loopback, a gap for loopback is none. */
function inWords(place: Outcome['place'], ranges: readonly AddressRange[]): readonly string[] {
  if (place === 'loopback') return joined(ranges).map(rangeInWords);
  const gaps = loopback.filter(
    ({ family, first, last }) =>
      ranges.some((range) => range.family === family && range.last + 1n === first) &&
      ranges.some((range) => range.family === family && range.first === last + 1n),
  );
  const inOrder = [...ranges, ...gaps].sort((a, b) => a.family - b.family || (a.first < b.first ? -1 : 1));
  return joined(inOrder).map(rangeInWords);
}
