import { selectors } from '../../dns/facts/selectors.ts';
import { inquireSelectors } from '../../dns/selectors-inquiry.ts';
import { AssayError } from '../../model/index.ts';
import type { FactCollector } from '../collector.ts';
import { startAsking } from './asking.ts';
import type { DnsSession } from './session.ts';

/** Collects `dns.selectors`: the keys of the declared DKIM selectors. */
export const selectorsCollector: FactCollector<DnsSession> = {
  fact: selectors.name,
  needs: [],
  plan: { requests: ['TXT of <selector>._domainkey for each declared selector'] },
  async collect(session) {
    const { zone, declared } = session;
    if (declared.selectors.length === 0 && declared.mail !== false) throw undeclared(zone);
    const asking = startAsking(session);
    const { value, silent } = await asking.run(inquireSelectors(zone, declared.selectors));
    if (silent !== undefined) throw asking.failure(`DKIM keys of ${zone}`, silent);
    const basis =
      value.length === 0
        ? 'the domain is declared to send no mail'
        : 'the selectors declared in the configuration: they cannot be listed';
    return {
      value,
      method: 'TEST',
      completeness: [{ list: '', basis, returned: value.length, total: value.length, missing: [] }],
      requests: asking.requests,
      evidence: [asking.evidence('every question about DKIM keys, and every answer')],
    };
  },
};

function undeclared(zone: string): AssayError {
  return new AssayError('ERR_NOT_DECLARED', `expected DKIM selectors of ${zone}, got none`, {
    remedy:
      'Name them in assay.yaml under dns: selectors:, or say dns: mail: false where the domain sends no mail.',
  });
}
