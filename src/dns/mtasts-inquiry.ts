import type { Mtasts } from './facts/mtasts.ts';
import { addressesOf, ask, askAll, type Lookup, type Reply, targetsIn, textsOf } from './lookup.ts';
import { announcesPolicy, isCovered, noPolicy, type StsPolicy, unusable } from './mta-sts.ts';
import type { DnsName } from './name.ts';

type Host = Mtasts['hosts'][number];

/** Where the policy is to be had: at one of these addresses of the host, or the answer is known; undefined: it is not. */
export type PolicyPlace =
  | { readonly kind: 'fetch'; readonly host: DnsName; readonly addresses: readonly string[] }
  | { readonly kind: 'known'; readonly policy: StsPolicy | undefined };

/** More addresses of one web server are not asked. */
const maxAddresses = 4;

/** Asks where senders would get the policy from (RFC 8461 §3.1). */
export function* locatePolicy(zone: DnsName): Lookup<PolicyPlace> {
  const announcing = yield* ask(`_mta-sts.${zone}`, 'TXT');
  if (announcing.kind === 'none') return { kind: 'known', policy: undefined };
  if (!announcesPolicy(textsOf(announcing))) return { kind: 'known', policy: noPolicy };
  const host = `mta-sts.${zone}`;
  const [v4, v6] = yield* askAll([
    { name: host, type: 'A' },
    { name: host, type: 'AAAA' },
  ]);
  const addresses = v4 && v6 && addressesOf(v4, v6);
  if (addresses === undefined) return { kind: 'known', policy: undefined };
  if (addresses.length === 0) return { kind: 'known', policy: unusable(`${host} has no address`) };
  return { kind: 'fetch', host, addresses: addresses.slice(0, maxAddresses) };
}

const maxHosts = 30;

/** The mail servers of a zone: all that there are, and those that are looked at. */
export interface MailHosts {
  readonly mx: Reply;
  readonly all: number;
  readonly hosts: readonly DnsName[];
}

export function* locateHosts(zone: DnsName, isMailDomain: boolean): Lookup<MailHosts> {
  const mx = yield* ask(zone, 'MX');
  const found = [...new Set(targetsIn(mx))].sort();
  // RFC 5321 §5.1: without MX records the domain itself is its mail server.
  const own = mx.kind !== 'records' && mx.kind !== 'none' && isMailDomain;
  const hosts = own ? [zone] : found;
  return { mx, all: hosts.length, hosts: hosts.slice(0, maxHosts) };
}

/** Asks what protects each of the mail servers, given the policy; undefined: it is not known. */
export function* inquireProtection(
  zone: DnsName,
  { mx, hosts }: MailHosts,
  policy: StsPolicy | undefined,
): Lookup<Mtasts> {
  const replies = yield* askAll(hosts.flatMap(questionsOf));
  return {
    domain: zone,
    ...(policy === undefined ? {} : { mode: policy.mode, maxAgeSeconds: policy.maxAgeSeconds }),
    ...(policy?.problem === undefined ? {} : { problem: policy.problem }),
    hosts: hosts.map((host, index) => {
      const [tlsa, ...others] = replies.slice(3 * index, 3 * index + 3);
      return protectionOf(host, tlsa, [mx, ...others], policy);
    }),
  };
}

function questionsOf(host: DnsName) {
  return [
    { name: `_25._tcp.${host}`, type: 'TLSA' },
    { name: host, type: 'A' },
    { name: host, type: 'AAAA' },
  ] as const;
}

function protectionOf(
  host: DnsName,
  tlsa: Reply | undefined,
  others: readonly Reply[],
  policy: StsPolicy | undefined,
): Host {
  const records = tlsa === undefined ? [] : usable(tlsa);
  const validated = [tlsa, ...others].every((reply) => reply !== undefined && isAuthentic(reply));
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
