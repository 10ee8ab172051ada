import { addressesOf, ask, askAll, type Lookup, noAnswer, type Reply, targetsIn } from './lookup.ts';
import type { DnsName } from './name.ts';

/** A name server of a zone. */
export interface Authority {
  readonly server: DnsName;
  /** Undefined: they could not be found out. */
  readonly addresses: readonly string[] | undefined;
  /** The name does not exist. */
  readonly gone: boolean;
}

const maxServers = 20;
const maxAddresses = 8;

/** Asks for the name servers of a zone with their addresses; without any: what the resolver said. */
export function* lookUpAuthorities(zone: DnsName): Lookup<readonly Authority[] | Reply> {
  const reply = yield* ask(zone, 'NS');
  const names = targetsIn(reply);
  return names.length === 0 ? reply : yield* lookUpServers(names);
}

/** Asks for the addresses of name servers. */
export function* lookUpServers(names: readonly DnsName[]): Lookup<readonly Authority[]> {
  const distinct = [...new Set(names)].sort().slice(0, maxServers);
  const replies = yield* askAll(
    distinct.flatMap((name) => [
      { name, type: 'A' as const },
      { name, type: 'AAAA' as const },
    ]),
  );
  const replyAt = (index: number): Reply => replies[index] ?? noAnswer('ERR_DNS_ANSWER', 'not asked');
  return distinct.map((server, index) => authorityAt(server, replyAt(2 * index), replyAt(2 * index + 1)));
}

function authorityAt(server: DnsName, v4: Reply, v6: Reply): Authority {
  const gone = (reply: Reply): boolean => reply.kind === 'nxdomain';
  const known = addressesOf(v4, v6) ?? partOf(v4, v6);
  return { server, addresses: known?.slice(0, maxAddresses), gone: gone(v4) || gone(v6) };
}

/** Addresses of one family alone still are addresses. */
function partOf(...replies: readonly Reply[]): readonly string[] | undefined {
  const found = replies.flatMap((reply) =>
    reply.kind === 'records'
      ? reply.records.flatMap((record) => ('address' in record ? [record.address] : []))
      : [],
  );
  return found.length === 0 ? undefined : found;
}
