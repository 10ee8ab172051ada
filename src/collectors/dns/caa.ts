import { inquireCaa } from '../../dns/caa-inquiry.ts';
import { caa } from '../../dns/facts/caa.ts';
import type { FactCollector } from '../collector.ts';
import { startAsking } from './asking.ts';
import type { DnsSession } from './session.ts';

/** Collects `dns.caa`: who may issue certificates for the zone and the declared names. */
export const caaCollector: FactCollector<DnsSession> = {
  fact: caa.name,
  needs: [],
  plan: {
    requests: [
      'CAA of the zone, of each declared name, and of the names above and of those they are aliases of',
    ],
  },
  async collect(session) {
    const asking = startAsking(session);
    const { zone, declared } = session;
    const { value, reasons } = await asking.run(inquireCaa(zone, declared.names, declared.issuers));
    if (reasons.length === value.length) {
      const { reply } = await asking.ask({ name: zone, type: 'CAA' });
      const silent =
        reply.kind === 'none'
          ? reply
          : { kind: 'none' as const, code: 'ERR_DNS_ANSWER', why: reasons[0] ?? '' };
      throw asking.failure(`CAA records for ${zone}`, silent);
    }
    const basis = `the zone and ${value.length - 1} declared names`;
    return {
      value,
      method: 'TEST',
      completeness: [{ list: '', basis, returned: value.length, total: value.length, missing: [] }],
      requests: asking.requests,
      evidence: [asking.evidence('every question about CAA records, and every answer')],
    };
  },
};
