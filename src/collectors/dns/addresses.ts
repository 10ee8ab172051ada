import { scopeOf } from '../../dns/address-block.ts';
import { type Addresses, addresses } from '../../dns/facts/addresses.ts';
import { addressesOf, type Reply } from '../../dns/lookup.ts';
import { isWithin } from '../../dns/name.ts';
import type { Completeness } from '../../model/index.ts';
import type { FactCollector } from '../collector.ts';
import { type Asking, startAsking } from './asking.ts';
import type { DnsSession } from './session.ts';

const maxServers = 30;

/** Collects `dns.addresses`: where the zone, its servers and the declared names lead. */
export const addressesCollector: FactCollector<DnsSession> = {
  fact: addresses.name,
  needs: [],
  plan: {
    requests: [
      'A and AAAA of the zone, of its name and mail servers inside it, and of each declared name; NS and MX of the zone',
    ],
  },
  async collect(session) {
    const asking = startAsking(session);
    const { zone, declared } = session;
    const servers = await serversIn(zone, asking);
    const names = [...new Set([zone, ...servers.names, ...declared.names])].sort();
    const value = await Promise.all(names.map((name) => addressesAt(name, asking)));
    const first = await asking.ask({ name: zone, type: 'A' });
    if (first.reply.kind === 'none' && value.every((one) => one.addresses === undefined))
      throw asking.failure(`addresses in ${zone}`, first.reply);
    return {
      value: value satisfies Addresses,
      method: 'TEST',
      completeness: completenessOf(value, declared.names.length, servers.missing),
      requests: asking.requests,
      evidence: [asking.evidence('every question about addresses, and every answer')],
    };
  },
};

async function serversIn(
  zone: string,
  asking: Asking,
): Promise<{ readonly names: readonly string[]; readonly missing: Completeness['missing'] }> {
  const types = ['NS', 'MX'] as const;
  const replies = await Promise.all(
    types.map(async (type) => (await asking.ask({ name: zone, type })).reply),
  );
  const found = replies.flatMap(targetsIn).filter((name) => isWithin(name, zone));
  const silent = replies.flatMap((reply, index) =>
    reply.kind === 'none' ? [{ what: `servers of ${zone} (${types[index]})`, why: reply.why }] : [],
  );
  const more =
    found.length > maxServers ? [{ what: `${found.length - maxServers} servers`, why: 'too many' }] : [];
  return { names: found.slice(0, maxServers), missing: [...silent, ...more] };
}

/** What records of a reply point to. */
export function targetsIn(reply: Reply): readonly string[] {
  return reply.kind === 'records'
    ? reply.records.flatMap((record) => ('target' in record && record.target !== '' ? [record.target] : []))
    : [];
}

async function addressesAt(name: string, asking: Asking): Promise<Addresses[number]> {
  const [v4, v6] = await Promise.all([asking.ask({ name, type: 'A' }), asking.ask({ name, type: 'AAAA' })]);
  const found = addressesOf(v4.reply, v6.reply);
  if (found === undefined) return { name };
  const known = found.map((address) => ({ address, scope: scopeOf(address) ?? 'reserved' }));
  return { name, addresses: known };
}

function completenessOf(
  value: Addresses,
  declared: number,
  silent: Completeness['missing'],
): readonly Completeness[] {
  const undeclared = {
    what: 'other names of the zone',
    why: 'none are declared under dns: names:, and a zone cannot be listed',
  };
  const missing = [...silent, ...(declared === 0 ? [undeclared] : [])];
  const basis = `the zone, its name and mail servers inside it, and ${declared} declared names`;
  // What is known of one name does not hang on what is not known of others.
  const inner = value.flatMap(({ addresses: list }, index) =>
    list === undefined
      ? []
      : [{ list: `/${index}/addresses`, basis, returned: list.length, total: list.length, missing: [] }],
  );
  return [{ list: '', basis, returned: value.length, missing }, ...inner];
}
