import { AssayError } from '../model/index.ts';
import type { AddressRange } from './address-range.ts';
import { type Addresses, addressClassesOf, addressesOf, type Place, takesAddress } from './hba-address.ts';
import type { Domain } from './hba-domain.ts';
import {
  type Match,
  type Names,
  namesOf,
  type Patterns,
  takesDatabase,
  takesUser,
  type Where,
  type Who,
} from './hba-names.ts';
import { type Channel, channels, type HbaRule, takesChannel } from './hba-rule.ts';

/** What becomes of attempts over one channel, from addresses that no rule tells apart. */
export interface Outcome {
  readonly channel: Channel;
  readonly place: Place | 'socket';
  /** Absent: the socket. */
  readonly range?: AddressRange;
  /** Indices of the rules of which one decides: one, or as many as only the server can tell apart. */
  readonly rules: readonly number[];
  /** It may be that no rule matches, which is a refusal. */
  readonly unmatched: boolean;
}

/** What becomes of every attempt of some to reach some; each of them is treated alike. */
export interface Verdicts {
  readonly whos: readonly Who[];
  readonly wheres: readonly Where[];
  readonly outcomes: readonly Outcome[];
  /** Rules that name both, each with the earlier ones that decide in its stead somewhere. */
  readonly hiders: ReadonlyMap<number, ReadonlySet<number>>;
}

/** Steps in which rules and names are compared; a second or two. */
const workLimit = 20_000_000;

/**
 * What pg_hba.conf decides for every role, database, channel and address: the first rule that matches (PostgreSQL,
 * "The pg_hba.conf File"; `check_hba` of its source). Each pair of a role and a database is in exactly one verdict, and
 * each address in one outcome of each channel.
 *
 * @throws AssayError ERR_TOO_LARGE
 */
export function verdictsOf(
  rules: readonly HbaRule[],
  patterns: Patterns | undefined,
  { whos, wheres }: Domain,
): readonly Verdicts[] {
  const known = rules.map((rule, index) => knownOf(rule, index, patterns));
  const work = workOf(rules.length);
  const outcomes = new Map<string, Pick<Verdicts, 'outcomes' | 'hiders'>>();
  const answer = (candidates: readonly Candidate[]): Pick<Verdicts, 'outcomes' | 'hiders'> => {
    const key = keyOf(candidates);
    const found = outcomes.get(key) ?? decide(candidates, work);
    outcomes.set(key, found);
    return found;
  };
  return grouped(whos, (who) => {
    work(known.length);
    const named = known.flatMap((one) => candidateOf(one, takesUser(one.names, who, patterns)));
    const isAlone = named.some(({ namesSame }) => namesSame);
    return { key: isAlone ? `${who.name ?? who.token} ${keyOf(named)}` : keyOf(named), of: named };
  }).flatMap(({ items: alike, of: named }) => {
    const [who] = alike as readonly [Who];
    return grouped(wheres, (where) => {
      work(named.length);
      const candidates = named.flatMap((one) =>
        candidateOf(one, either(one.match, takesDatabase(one.names, where, who, patterns))),
      );
      return { key: keyOf(candidates), of: candidates };
    }).map(({ items, of }) => ({ whos: alike, wheres: items, ...answer(of) }));
  });
}

/** A rule with what is asked of it again and again. */
interface Known {
  readonly rule: HbaRule;
  readonly index: number;
  readonly names: Names;
  readonly addresses: Addresses;
  /** Which databases it takes in depends on the role. */
  readonly namesSame: boolean;
}

/** A rule that takes in both, surely or not. */
interface Candidate extends Known {
  readonly match: Exclude<Match, 'no'>;
}

function knownOf(rule: HbaRule, index: number, patterns: Patterns | undefined): Known {
  const namesSame = rule.databases.some((word) => /^same(user|role|group)$/.test(word));
  return { rule, index, names: namesOf(rule, patterns), addresses: addressesOf(rule), namesSame };
}

function candidateOf(known: Known, match: Match): readonly Candidate[] {
  return match === 'no' || known.rule.errored || known.rule.inert ? [] : [{ ...known, match }];
}

const either = (a: Match, b: Match): Match =>
  a === 'no' || b === 'no' ? 'no' : a === 'yes' && b === 'yes' ? 'yes' : 'maybe';

const keyOf = (candidates: readonly Candidate[]): string =>
  candidates.map(({ index, match }) => (match === 'yes' ? index : `${index}?`)).join(' ');

interface Group<T, U> {
  readonly items: readonly T[];
  readonly of: U;
}

function grouped<T, U>(
  items: readonly T[],
  keyed: (item: T) => { key: string; of: U },
): readonly Group<T, U>[] {
  const groups = new Map<string, { items: T[]; of: U }>();
  for (const item of items) {
    const { key, of } = keyed(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { items: [item], of });
    else group.items.push(item);
  }
  return [...groups.values()];
}

type Work = (steps: number) => void;

function workOf(rules: number): Work {
  let left = workLimit;
  return (steps) => {
    left -= steps;
    if (left >= 0) return;
    throw new AssayError('ERR_TOO_LARGE', `expected a pg_hba.conf that can be weighed, got ${rules} rules`, {
      remedy: 'shorten pg_hba.conf: group users by role and networks by prefix',
    });
  };
}

function decide(candidates: readonly Candidate[], work: Work): Pick<Verdicts, 'outcomes' | 'hiders'> {
  const hiders = new Map<number, Set<number>>(candidates.map(({ index }) => [index, new Set()]));
  const outcomes = channels.flatMap((channel): readonly Outcome[] => {
    const taking = candidates.filter(({ rule }) => takesChannel(rule, channel));
    if (channel === 'socket') {
      const matched = taking.map((candidate) => ({ candidate, match: candidate.match }));
      return [{ channel, place: 'socket', ...firstOf(matched, hiders) }];
    }
    return addressClassesOf(taking.map(({ addresses }) => addresses)).map((addressClass) => {
      work(taking.length);
      const matched = taking.map((candidate) => ({
        candidate,
        match: either(candidate.match, takesAddress(candidate.addresses, addressClass)),
      }));
      return { channel, ...addressClass, ...firstOf(matched, hiders) };
    });
  });
  return { outcomes, hiders };
}

interface Matched {
  readonly candidate: Candidate;
  readonly match: Match;
}

function firstOf(
  matched: readonly Matched[],
  hiders: ReadonlyMap<number, Set<number>>,
): Pick<Outcome, 'rules' | 'unmatched'> {
  const rules: number[] = [];
  const words = new Map<string, number>();
  let decider: number | undefined;
  for (const { candidate, match } of matched) {
    if (match === 'no') continue;
    // What only the server can tell of an address, it tells alike of the same words.
    const hider = decider ?? words.get(placeWords(candidate.rule));
    if (hider !== undefined) {
      hiders.get(candidate.index)?.add(hider);
      continue;
    }
    rules.push(candidate.index);
    if (match === 'yes') decider = candidate.index;
    else if (candidate.match === 'yes') words.set(placeWords(candidate.rule), candidate.index);
  }
  return { rules, unmatched: decider === undefined };
}

const placeWords = ({ address, netmask }: HbaRule): string => `${address} ${netmask}`;
