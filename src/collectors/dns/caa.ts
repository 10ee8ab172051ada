import { type Caa, lookUpCaa } from '../../dns/caa.ts';
import { type CaaFact, caa } from '../../dns/facts/caa.ts';
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
    const names = [...new Set([session.zone, ...session.declared.names])].sort();
    const value: CaaFact[number][] = [];
    const reasons: string[] = [];
    for (const name of names) {
      const found = await asking.run(lookUpCaa(name));
      value.push('why' in found ? { name } : held(found, session.declared.issuers));
      if ('why' in found) reasons.push(found.why);
    }
    if (reasons.length === names.length) {
      const { reply } = await asking.ask({ name: session.zone, type: 'CAA' });
      const silent =
        reply.kind === 'none'
          ? reply
          : { kind: 'none' as const, code: 'ERR_DNS_ANSWER', why: reasons[0] ?? '' };
      throw asking.failure(`CAA records for ${session.zone}`, silent);
    }
    const basis = `the zone and ${names.length - 1} declared names`;
    return {
      value: value satisfies CaaFact,
      method: 'TEST',
      completeness: [{ list: '', basis, returned: value.length, total: value.length, missing: [] }],
      requests: asking.requests,
      evidence: [asking.evidence('every question about CAA records, and every answer')],
    };
  },
};

/** The issuers found against those declared; without a list every one is allowed. */
function held({ issuers, ...found }: Caa, declared: readonly string[] | undefined): CaaFact[number] {
  return {
    ...found,
    issuers: issuers.map((one) => ({ ...one, allowed: declared?.includes(one.domain) ?? true })),
  };
}
