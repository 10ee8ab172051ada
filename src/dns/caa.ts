import { ask, type Lookup, type Reply } from './lookup.ts';
import { type DnsName, upwards } from './name.ts';

/** A certification authority that may issue, and what: names (`issue`), or wildcards alone (`issuewild`). */
export interface Issuer {
  readonly tag: 'issue' | 'issuewild';
  readonly domain: string;
}

/** The CAA record set that stands for a name. */
export interface Caa {
  readonly name: DnsName;
  /** Where it stands; absent: nowhere up the tree. */
  readonly foundAt?: DnsName;
  /** Whether any property limits who may issue: without `issue`, everybody may (RFC 8659 §4.2). */
  readonly restricted: boolean;
  /** Those that may issue; empty where nobody may, or everybody. */
  readonly issuers: readonly Issuer[];
  /** Addresses that violations are to be told to. */
  readonly contacts: readonly string[];
}

/**
 * Finds the relevant record set (RFC 8659 §3): the name's own, else that of the nearest name above it; aliases are
 * followed by the resolver, their targets are not climbed.
 *
 * @returns why it could not be found out, where an answer is not there
 */
export function* lookUpCaa(name: DnsName): Lookup<Caa | { readonly why: string }> {
  for (const place of upwards(name)) {
    const reply: Reply = yield* ask(place, 'CAA');
    if (reply.kind === 'none') return { why: `${place}: ${reply.why}` };
    if (reply.kind === 'records') return caaOf(name, place, reply);
  }
  return { name, restricted: false, issuers: [], contacts: [] };
}

function caaOf(name: DnsName, foundAt: DnsName, { records }: Extract<Reply, { kind: 'records' }>): Caa {
  const values = (tag: string): readonly string[] =>
    records.flatMap((record) => (record.type === 'CAA' && record.tag === tag ? [record.value] : []));
  const issuers = (['issue', 'issuewild'] as const).flatMap((tag) => {
    const domains = values(tag)
      .map(issuerOf)
      .filter((domain) => domain !== '');
    return [...new Set(domains)].sort().map((domain): Issuer => ({ tag, domain }));
  });
  return { name, foundAt, restricted: values('issue').length > 0, issuers, contacts: values('iodef') };
}

/** RFC 8659 §4.2: the domain before the parameters; empty, or no domain at all: nobody may. */
export function issuerOf(value: string): string {
  const [domain = ''] = value.split(';');
  const issuer = domain.trim().toLowerCase();
  return /^[a-z0-9-]+(?:\.[a-z0-9-]+)*$/.test(issuer) ? issuer : '';
}
