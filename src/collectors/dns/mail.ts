import { mail } from '../../dns/facts/mail.ts';
import { inquireMail } from '../../dns/mail-inquiry.ts';
import type { Completeness } from '../../model/index.ts';
import type { FactCollector } from '../collector.ts';
import { startAsking } from './asking.ts';
import type { DnsSession } from './session.ts';

/** Collects `dns.mail`: SPF, DMARC, and whether there is mail at all. */
export const mailCollector: FactCollector<DnsSession> = {
  fact: mail.name,
  needs: [],
  plan: {
    requests: [
      'MX, SPF (TXT of the zone and of what it includes) and DMARC (TXT of _dmarc and of where reports go)',
    ],
  },
  async collect(session) {
    const asking = startAsking(session);
    const { zone, declared } = session;
    const seen = await asking.run(inquireMail(zone, declared.mail));
    if (seen.kind === 'unseen') throw asking.failure(`records of ${zone}`, seen.reply);
    const { value } = seen;
    const { aggregateReports } = value.dmarc;
    return {
      value,
      method: 'TEST',
      completeness: aggregateReports === undefined ? [] : [reportsEntry(aggregateReports)],
      requests: asking.requests,
      evidence: [asking.evidence('every question about SPF, DMARC and mail servers, and every answer')],
    };
  },
};

function reportsEntry(addresses: readonly string[]): Completeness {
  return {
    list: '/dmarc/aggregateReports',
    basis: 'the DMARC record in force: the domain’s own, else the highest found by walking up the tree',
    returned: addresses.length,
    total: addresses.length,
    missing: [],
  };
}
