import { mtasts } from '../../dns/facts/mtasts.ts';
import { inquireProtection, locateHosts, locatePolicy } from '../../dns/mtasts-inquiry.ts';
import type { Completeness } from '../../model/index.ts';
import type { FactCollector } from '../collector.ts';
import { startAsking } from './asking.ts';
import { policyAt } from './policy.ts';
import type { DnsSession } from './session.ts';

/** Collects `dns.mtasts`: the MTA-STS policy, and DANE for each mail server. */
export const mtastsCollector: FactCollector<DnsSession> = {
  fact: mtasts.name,
  needs: [],
  plan: {
    requests: [
      'MX; TXT of _mta-sts; of each mail server addresses and TLSA',
      'where a policy is announced: GET https://mta-sts.<zone>/.well-known/mta-sts.txt, at no more than four addresses',
    ],
  },
  async collect(session) {
    const asking = startAsking(session);
    const { zone, declared } = session;
    const found = await asking.run(locateHosts(zone, declared.mail === true));
    if (found.mx.kind === 'none') throw asking.failure(`mail servers of ${zone}`, found.mx);
    const place = await asking.run(locatePolicy(zone));
    const policy = place.kind === 'known' ? place.policy : await policyAt(place, session, asking);
    const value = await asking.run(inquireProtection(zone, found, policy));
    return {
      value,
      method: 'TEST',
      completeness: [completenessOf(value.hosts.length, found.all)],
      requests: [
        ...asking.requests,
        `GET https://mta-sts.${zone}/.well-known/mta-sts.txt, where it is announced`,
      ],
      evidence: [asking.evidence('every question about MTA-STS and DANE, every answer, and the policy')],
    };
  },
};

function completenessOf(returned: number, total: number): Completeness {
  const missing = total > returned ? [{ what: `${total - returned} mail servers`, why: 'too many' }] : [];
  const basis = 'the MX records of the zone; DNSSEC as the resolver says that it validated it';
  return { list: '/hosts', basis, returned, total, missing };
}
