import { inquireAddresses } from '../../dns/addresses-inquiry.ts';
import { type Addresses, addresses } from '../../dns/facts/addresses.ts';
import type { Completeness } from '../../model/index.ts';
import type { FactCollector } from '../collector.ts';
import { startAsking } from './asking.ts';
import type { DnsSession } from './session.ts';

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
    const { value, missing, first } = await asking.run(inquireAddresses(zone, declared.names));
    if (first.kind === 'none' && value.every((one) => one.addresses === undefined))
      throw asking.failure(`addresses in ${zone}`, first);
    return {
      value,
      method: 'TEST',
      completeness: completenessOf(value, declared.names.length, missing),
      requests: asking.requests,
      evidence: [asking.evidence('every question about addresses, and every answer')],
    };
  },
};

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
