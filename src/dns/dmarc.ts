import { askAll, type Lookup, textsOf } from './lookup.ts';
import { type DnsName, upwards } from './name.ts';
import { parseTags } from './tags.ts';

export const dmarcPolicies = ['absent', 'none', 'quarantine', 'reject'] as const;
export type DmarcPolicy = (typeof dmarcPolicies)[number];

export interface Dmarc {
  readonly status: 'none' | 'several' | 'invalid' | 'valid';
  /** Where the record in force stands; absent without one. */
  readonly foundAt?: DnsName;
  readonly policy: DmarcPolicy;
  readonly subdomainPolicy: DmarcPolicy;
  /** The policy of subdomains is weaker than that of the domain. */
  readonly subdomainsWeaker: boolean;
  /** Share of failing mail that the policy applies to, in percent. */
  readonly percent: number;
  readonly testing: boolean;
  /** Addresses that aggregate reports go to. */
  readonly aggregateReports: readonly string[];
}

const absent = {
  policy: 'absent',
  subdomainPolicy: 'absent',
  subdomainsWeaker: false,
  percent: 0,
  testing: false,
  aggregateReports: [],
} as const;

/** A record as it stands at one name. */
interface DmarcRecord extends Omit<Dmarc, 'status' | 'foundAt' | 'subdomainsWeaker'> {
  readonly publicSuffix: 'y' | 'n' | 'u';
}

/** RFC 7489 §6.4: the version stands first, exactly so written. */
const isDmarc = (text: string): boolean => /^v[ \t]*=[ \t]*DMARC1[ \t]*(?:;|$)/.test(text);

/**
 * Reads a DMARC record (RFC 7489 §6.3). Undefined: without a usable `p=` it is as if there were none, unless it asks
 * for reports, which stands for `p=none` (§6.6.3).
 */
export function parseDmarc(text: string): DmarcRecord | undefined {
  const tags = parseTags(text);
  if (tags === undefined) return undefined;
  const reports = (tags.get('rua') ?? '').split(',').map((uri) => uri.trim());
  const aggregateReports = reports
    .filter((uri) => /^mailto:[^@\s]+@[^@\s]+$/i.test(uri))
    .map((uri) => uri.slice(7));
  const policy = policyOf(tags.get('p')) ?? (aggregateReports.length > 0 ? 'none' : undefined);
  if (policy === undefined) return undefined;
  const subdomains = policyOf(tags.get('sp')) ?? policy;
  const nonexistent = policyOf(tags.get('np')) ?? subdomains;
  const share = tags.get('pct') ?? '100';
  const suffix = tags.get('psd')?.toLowerCase();
  return {
    policy,
    subdomainPolicy: weaker(subdomains, nonexistent),
    percent: /^\d{1,3}$/.test(share) && Number(share) <= 100 ? Number(share) : 100,
    testing: tags.get('t')?.toLowerCase() === 'y',
    aggregateReports,
    publicSuffix: suffix === 'y' || suffix === 'n' ? suffix : 'u',
  };
}

function policyOf(value: string | undefined): DmarcPolicy | undefined {
  return dmarcPolicies.find((known) => known !== 'absent' && known === value?.toLowerCase());
}

function weaker(a: DmarcPolicy, b: DmarcPolicy): DmarcPolicy {
  return rank(a) < rank(b) ? a : b;
}

const rank = (policy: DmarcPolicy): number => dmarcPolicies.indexOf(policy);

interface Level {
  readonly name: DnsName;
  readonly texts: readonly string[];
}

/** The names asked: the domain and those above it, from a long name only the last seven (the tree walk of DMARCbis). */
export function dmarcNames(domain: DnsName): readonly DnsName[] {
  const all = upwards(domain);
  return all.length <= 8 ? all : [domain, ...all.slice(-7)];
}

/**
 * The DMARC record in force for a domain: its own; else that of its organisational domain, found by walking up the tree
 * as the successor of RFC 7489 does, without a list of public suffixes.
 *
 * @returns why it could not be found out, where an answer is not there
 */
export function* lookUpDmarc(domain: DnsName): Lookup<Dmarc | { readonly why: string }> {
  const names = dmarcNames(domain);
  const replies = yield* askAll(names.map((name) => ({ name: `_dmarc.${name}`, type: 'TXT' as const })));
  const [own] = replies;
  const levels = names.map((name, index): Level => {
    const reply = replies[index];
    return { name, texts: reply === undefined ? [] : textsOf(reply).filter(isDmarc) };
  });
  if (own?.kind === 'none') return { why: own.why };
  const [{ texts } = { texts: [] }] = levels;
  if (texts.length > 0) return ownOf(texts, domain);
  const silent = replies.find((reply) => reply.kind === 'none');
  if (silent?.kind === 'none') return { why: silent.why };
  return inherited(levels);
}

function recordAt({ texts }: Level): DmarcRecord | undefined {
  const [text, another] = texts;
  return text === undefined || another !== undefined ? undefined : parseDmarc(text);
}

/** RFC 7489 §6.6.3: several records, or one that cannot be used, end the search. */
function ownOf(texts: readonly string[], domain: DnsName): Dmarc {
  const record = recordAt({ name: domain, texts });
  if (record !== undefined) return inForce(record, domain, record.policy);
  return { status: texts.length > 1 ? 'several' : 'invalid', ...absent };
}

function inForce({ publicSuffix: _, ...record }: DmarcRecord, foundAt: DnsName, policy: DmarcPolicy): Dmarc {
  const subdomainsWeaker = rank(record.subdomainPolicy) < rank(policy);
  return { status: 'valid', foundAt, ...record, policy, subdomainsWeaker };
}

function inherited(levels: readonly Level[]): Dmarc {
  const above = levels.slice(1).flatMap((level) => {
    const record = recordAt(level);
    return record === undefined ? [] : [{ name: level.name, record }];
  });
  // The organisational domain: marked as one, else below a public suffix, else the highest with a record.
  const marked = above.find(({ record }) => record.publicSuffix === 'n');
  const highest = above.at(-1);
  const chosen = marked ?? (highest?.record.publicSuffix === 'y' ? (above.at(-2) ?? highest) : highest);
  if (chosen !== undefined) return inForce(chosen.record, chosen.name, chosen.record.subdomainPolicy);
  return { status: 'none', ...absent };
}
