import type { SubjectCollector } from '../collector.ts';
import { addressesCollector } from './addresses.ts';
import { aliasesCollector } from './aliases.ts';
import { caaCollector } from './caa.ts';
import { existenceRequest, ofExisting } from './existing.ts';
import { mailCollector } from './mail.ts';
import { mtastsCollector } from './mtasts.ts';
import { selectorsCollector } from './selectors.ts';
import { type DnsSession, maxMessages, openDnsSession, type ServicePorts } from './session.ts';
import { transferCollector } from './transfer.ts';

/** Everything that can be looked at in a DNS zone, its servers listening at these ports. */
export function dnsCollectorAt(ports: ServicePorts): SubjectCollector<DnsSession> {
  return {
    kind: 'dns-zone',
    plan: {
      presents: 'User-Agent assay, where a policy is fetched; questions name nobody',
      requests: [
        'questions to the resolver that the target names, else to those of this system, three at most; each message counts as a connection',
        existenceRequest,
      ],
      connections: 0,
      atMost: maxMessages,
    },
    open: (target, subject, context) => openDnsSession(target, subject, context, ports),
    facts: [
      addressesCollector,
      aliasesCollector,
      caaCollector,
      mailCollector,
      mtastsCollector,
      selectorsCollector,
      transferCollector,
    ].map(ofExisting),
  };
}

export const dnsCollector = dnsCollectorAt({ authority: 53, policy: 443 });
