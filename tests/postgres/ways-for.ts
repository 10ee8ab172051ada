import { singleAddress } from '../../src/postgres/address-range.ts';
import type { Decisions } from '../../src/postgres/facts/decisions.ts';
import type { Place } from '../../src/postgres/hba-address.ts';
import type { Channel } from '../../src/postgres/hba-rule.ts';

interface Attempt {
  readonly user: string;
  /** Absent: physical replication. */
  readonly database?: string;
  readonly channel: Channel;
  readonly address: string;
  readonly from: Place | 'socket';
}

type Way = Decisions['groups'][number]['ways'][number];

export const placeFor = (channel: Channel, address: string): 'socket' | 'loopback' | 'elsewhere' =>
  channel === 'socket' ? 'socket' : /^127\.|^::1$/.test(address) ? 'loopback' : 'elsewhere';

/** The ways that say something of an attempt, read as the fact's schema says. */
export function waysFor({ groups }: Decisions, attempt: Attempt): readonly Way[] {
  const { channel, address, from } = attempt;
  const inGroup = groups.filter((one) => one.roles.includes(attempt.user));
  if (inGroup.length !== 1) throw new Error(`expected one group of ${attempt.user}, got ${inGroup.length}`);
  const { ways } = inGroup[0]!;
  const isNamed = ways.some((way) => names(way, attempt));
  const about = ways.filter(
    (way) =>
      way.channels.includes(channel) &&
      (attempt.database === undefined
        ? way.replication
        : names(way, attempt) || (way.otherDatabases && !isNamed)) &&
      (from === 'socket' || way.addresses.some((words) => holds(words, address))),
  );
  const own = about.filter((way) => way.from === from);
  // Own addresses stand apart only where a rule tells them apart.
  return own.length > 0 ? own : about.filter((way) => way.from === 'elsewhere');
}

const names = (way: Way, { user, database }: Attempt): boolean =>
  database !== undefined && (way.databases.includes(database) || (way.ownDatabase && database === user));

function holds(words: string, address: string): boolean {
  const at = singleAddress(address)!;
  const [first = '', last] = words.split('-');
  const [base = '', prefix] = first.split('/');
  const from = singleAddress(base)!;
  if (from.family !== at.family) return false;
  const size = (): bigint => 1n << BigInt((from.family === 4 ? 32 : 128) - Number(prefix));
  const end = last === undefined ? from.first + size() - 1n : singleAddress(last)!.first;
  return from.first <= at.first && at.first <= end;
}
