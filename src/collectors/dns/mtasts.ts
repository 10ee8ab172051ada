import { type Mtasts, mtasts } from '../../dns/facts/mtasts.ts';
import { type Reply, textsOf } from '../../dns/lookup.ts';
import { announcesPolicy, isCovered, type StsPolicy } from '../../dns/mta-sts.ts';
import type { Completeness } from '../../model/index.ts';
import type { FactCollector } from '../collector.ts';
import { targetsIn } from './addresses.ts';
import { type Asking, startAsking } from './asking.ts';
import { policyOf } from './policy.ts';
import type { DnsSession } from './session.ts';

type Host = Mtasts['hosts'][number];

const maxHosts = 30;

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
    const { reply: mx } = await asking.ask({ name: zone, type: 'MX' });
    if (mx.kind === 'none') throw asking.failure(`mail servers of ${zone}`, mx);
    const hosts = hostsOf(mx, zone, declared.mail === true);
    const policy = await stsPolicy(session, asking);
    const value: Mtasts = {
      domain: zone,
      ...(policy === undefined ? {} : { mode: policy.mode, maxAgeSeconds: policy.maxAgeSeconds }),
      ...(policy?.problem === undefined ? {} : { problem: policy.problem }),
      hosts: await Promise.all(
        hosts.slice(0, maxHosts).map((host) => protectionOf(host, mx, policy, asking)),
      ),
    };
    return {
      value,
      method: 'TEST',
      completeness: [completenessOf(value.hosts.length, hosts.length)],
      requests: [
        ...asking.requests,
        `GET https://mta-sts.${zone}/.well-known/mta-sts.txt, where it is announced`,
      ],
      evidence: [asking.evidence('every question about MTA-STS and DANE, every answer, and the policy')],
    };
  },
};

function hostsOf(mx: Reply, zone: string, isMailDomain: boolean): readonly string[] {
  const hosts = [...new Set(targetsIn(mx))].sort();
  // RFC 5321 §5.1: without MX records the domain itself is its mail server.
  return mx.kind !== 'records' && isMailDomain ? [zone] : hosts;
}

async function stsPolicy(session: DnsSession, asking: Asking): Promise<StsPolicy | undefined> {
  const { reply } = await asking.ask({ name: `_mta-sts.${session.zone}`, type: 'TXT' });
  if (reply.kind === 'none') return undefined;
  return policyOf(session, asking, announcesPolicy(textsOf(reply)));
}

async function protectionOf(
  host: string,
  mx: Reply,
  policy: StsPolicy | undefined,
  asking: Asking,
): Promise<Host> {
  const questions = [
    { name: `_25._tcp.${host}`, type: 'TLSA' },
    { name: host, type: 'A' },
    { name: host, type: 'AAAA' },
  ] as const;
  const [tlsa, ...hosts] = await Promise.all(questions.map(async (each) => (await asking.ask(each)).reply));
  const records = tlsa === undefined ? [] : usable(tlsa);
  const validated = [mx, tlsa, ...hosts].every((reply) => reply !== undefined && isAuthentic(reply));
  const tlsaRecords = tlsa === undefined || tlsa.kind === 'none' ? {} : { tlsaRecords: records.length };
  if (records.length > 0 && validated)
    return { host, protection: 'dane', policyAgeSeconds: 0, ...tlsaRecords };
  const byPolicy = policy?.mode === 'enforce' && isCovered(host, policy.patterns);
  if (byPolicy)
    return { host, protection: 'mta-sts', policyAgeSeconds: policy.maxAgeSeconds, ...tlsaRecords };
  // Without an answer to one of both it is not known that nothing protects it.
  if (policy === undefined || tlsa === undefined || tlsa.kind === 'none') return { host, ...tlsaRecords };
  return { host, protection: 'none', policyAgeSeconds: 0, ...tlsaRecords };
}

const isAuthentic = (reply: Reply): boolean => reply.kind !== 'none' && reply.authentic;

/** RFC 7672 §3.1: usages 0 and 1 count for nothing in SMTP; selector and matching type are those that there are. */
function usable(reply: Reply): readonly unknown[] {
  if (reply.kind !== 'records') return [];
  const lengths: Readonly<Record<number, number>> = { 1: 32, 2: 64 };
  return reply.records.filter(
    (record) =>
      record.type === 'TLSA' &&
      (record.usage === 2 || record.usage === 3) &&
      record.selector <= 1 &&
      (record.matching === 0 ? record.dataBytes > 0 : lengths[record.matching] === record.dataBytes),
  );
}

function completenessOf(returned: number, total: number): Completeness {
  const missing = total > returned ? [{ what: `${total - returned} mail servers`, why: 'too many' }] : [];
  const basis = 'the MX records of the zone; DNSSEC as the resolver says that it validated it';
  return { list: '/hosts', basis, returned, total, missing };
}
