import { lookUpDmarc } from '../../dns/dmarc.ts';
import { type Mail, mail } from '../../dns/facts/mail.ts';
import type { Reply } from '../../dns/lookup.ts';
import { lookUpSpf, type Spf } from '../../dns/spf.ts';
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
    const { reply: mx } = await asking.ask({ name: zone, type: 'MX' });
    const spf = await asking.run(lookUpSpf(zone));
    const dmarc = await asking.run(lookUpDmarc(zone));
    if (mx.kind === 'none' && spf.records === 0 && spf.missing.length > 0 && 'why' in dmarc)
      throw asking.failure(`records of ${zone}`, mx);
    const isMailDomain = declared.mail ?? hasMailServers(mx);
    const value: Mail = {
      domain: zone,
      ...(isMailDomain === undefined ? {} : { isMailDomain }),
      notFollowed: spf.missing.map(({ what, why }) => `${what}: ${why}`),
      spf: spfFact(spf),
      dmarc: 'why' in dmarc ? {} : dmarc,
    };
    return {
      value,
      method: 'TEST',
      completeness: 'why' in dmarc ? [] : [reportsEntry(dmarc.aggregateReports)],
      requests: asking.requests,
      evidence: [asking.evidence('every question about SPF, DMARC and mail servers, and every answer')],
    };
  },
};

/** Undefined: not known. The null MX (RFC 7505) says that there is no mail. */
function hasMailServers(mx: Reply): boolean | undefined {
  if (mx.kind === 'none') return undefined;
  return mx.kind === 'records' && mx.records.some((record) => record.type === 'MX' && record.target !== '');
}

function spfFact({ missing, records, ...spf }: Spf): Mail['spf'] {
  // Without an answer there is no saying how many records there are.
  const unanswered = spf.status === undefined && missing.length > 0 && records === 0;
  return unanswered ? { noSender: false } : { records, ...spf };
}

function reportsEntry(addresses: readonly string[]): Completeness {
  return {
    list: '/dmarc/aggregateReports',
    basis: 'the DMARC record in force: the domain’s own, else the highest found by walking up the tree',
    returned: addresses.length,
    total: addresses.length,
    missing: [],
  };
}
