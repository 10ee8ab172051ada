import type { Completeness } from '../model/index.ts';
import { scopeOf } from './address-block.ts';
import type { Addresses } from './facts/addresses.ts';
import { addressesOf, askAll, type Lookup, noAnswer, type Reply, targetsIn } from './lookup.ts';
import { type DnsName, isWithin } from './name.ts';

type Missing = Completeness['missing'];

/** Where names lead, and what is not known of it. */
export interface AddressesSeen {
  readonly value: Addresses;
  readonly missing: Missing;
  /** Of the zone's own A. */
  readonly first: Reply;
}

const maxServers = 30;

/** Asks where the zone, its servers and the declared names lead. */
export function* inquireAddresses(zone: DnsName, declared: readonly DnsName[]): Lookup<AddressesSeen> {
  const servers = yield* serversIn(zone);
  const names = [...new Set([zone, ...servers.names, ...declared])].sort();
  const replies = yield* askAll(
    names.flatMap((name) => [
      { name, type: 'A' as const },
      { name, type: 'AAAA' as const },
    ]),
  );
  const replyAt = (index: number): Reply => replies[index] ?? noAnswer('ERR_DNS_ANSWER', 'not asked');
  const value = names.map((name, index) => addressesAt(name, replyAt(2 * index), replyAt(2 * index + 1)));
  return { value, missing: servers.missing, first: replyAt(2 * names.indexOf(zone)) };
}

function* serversIn(
  zone: DnsName,
): Lookup<{ readonly names: readonly DnsName[]; readonly missing: Missing }> {
  const types = ['NS', 'MX'] as const;
  const replies = yield* askAll(types.map((type) => ({ name: zone, type })));
  const found = replies.flatMap(targetsIn).filter((name) => isWithin(name, zone));
  const silent = replies.flatMap((reply, index) =>
    reply.kind === 'none' ? [{ what: `servers of ${zone} (${types[index]})`, why: reply.why }] : [],
  );
  const more =
    found.length > maxServers ? [{ what: `${found.length - maxServers} servers`, why: 'too many' }] : [];
  return { names: found.slice(0, maxServers), missing: [...silent, ...more] };
}

function addressesAt(name: DnsName, v4: Reply, v6: Reply): Addresses[number] {
  const found = addressesOf(v4, v6);
  if (found === undefined) return { name };
  const known = found.map((address) => ({ address, scope: scopeOf(address) ?? 'reserved' }));
  return { name, addresses: known };
}
