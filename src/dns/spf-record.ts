import { parseIpAddress } from '../model/index.ts';
import { isDomainSpec } from './spf-macro.ts';

const mechanisms = ['all', 'include', 'a', 'mx', 'ptr', 'ip4', 'ip6', 'exists'] as const;
type Mechanism = (typeof mechanisms)[number];

/** One directive (RFC 7208 §4.6.1). */
export interface SpfTerm {
  readonly qualifier: '+' | '-' | '~' | '?';
  readonly mechanism: Mechanism;
  /** As written, macros included; absent: the domain itself. */
  readonly domain?: string;
  /** True where its prefix length takes in every address of a family. */
  readonly everyAddress: boolean;
}

export interface SpfRecord {
  readonly kind: 'record';
  readonly terms: readonly SpfTerm[];
  /** As written. */
  readonly redirect?: string;
}

export type ParsedSpf = SpfRecord | { readonly kind: 'error'; readonly problem: string };

/** RFC 7208 §4.5: the version, then a blank or the end. */
export const isSpf = (text: string): boolean => /^v=spf1(?: |$)/i.test(text);

const maxTerms = 400;

/** Reads an SPF record (RFC 7208 §4.6, §5, §6, §12). */
export function parseSpf(text: string): ParsedSpf {
  const words = text
    .split(' ')
    .slice(1)
    .filter((word) => word !== '');
  if (words.length > maxTerms) return { kind: 'error', problem: `more than ${maxTerms} terms` };
  const terms: SpfTerm[] = [];
  const modifiers = new Map<string, string>();
  for (const word of words) {
    const [, name, value = ''] = /^([a-z][a-z0-9_.-]*)=(.*)$/i.exec(word) ?? [];
    const problem =
      name === undefined ? addTerm(word, terms) : addModifier(name.toLowerCase(), value, modifiers);
    if (problem !== undefined) return { kind: 'error', problem };
  }
  const redirect = modifiers.get('redirect');
  return { kind: 'record', terms, ...(redirect === undefined ? {} : { redirect }) };
}

function addModifier(name: string, value: string, modifiers: Map<string, string>): string | undefined {
  if (name !== 'redirect' && name !== 'exp') return undefined;
  if (modifiers.has(name)) return `${name}= twice`;
  modifiers.set(name, value);
  return isDomainSpec(value) ? undefined : `${name}= without a domain`;
}

function addTerm(word: string, terms: SpfTerm[]): string | undefined {
  const [, sign = '', name = '', rest = ''] = /^([-+?~]?)([a-z][a-z0-9]*)(.*)$/i.exec(word) ?? [];
  const mechanism = mechanisms.find((known) => known === name.toLowerCase());
  if (mechanism === undefined) return 'a term that is no mechanism';
  const details = detailsOf(mechanism, rest);
  if (details === undefined) return `${mechanism} written wrongly`;
  terms.push({ qualifier: (sign === '' ? '+' : sign) as SpfTerm['qualifier'], mechanism, ...details });
  return undefined;
}

type Details = Pick<SpfTerm, 'domain' | 'everyAddress'>;

function detailsOf(mechanism: Mechanism, rest: string): Details | undefined {
  switch (mechanism) {
    case 'all':
      return rest === '' ? { everyAddress: true } : undefined;
    case 'include':
    case 'exists':
      return withDomain(rest, true);
    case 'ptr':
      return withDomain(rest, false);
    case 'a':
    case 'mx':
      return withPrefixes(rest);
    case 'ip4':
      return network(rest, 4, 32);
    case 'ip6':
      return network(rest, 16, 128);
  }
}

function withDomain(rest: string, needed: boolean): Details | undefined {
  if (rest === '') return needed ? undefined : { everyAddress: false };
  const domain = rest.slice(1);
  return rest.startsWith(':') && isDomainSpec(domain) ? { domain, everyAddress: false } : undefined;
}

/** `a`, `a:domain`, `a/24`, `a//64`, `a:domain/24//64`. */
function withPrefixes(rest: string): Details | undefined {
  const [, domain, four, six] =
    /^(?::([^/]+(?:\/(?!\d*(?:\/|$))[^/]*)*))?(?:\/(\d{1,3}))?(?:\/\/(\d{1,3}))?$/.exec(rest) ?? [];
  if (rest !== '' && domain === undefined && four === undefined && six === undefined) return undefined;
  if (domain !== undefined && !isDomainSpec(domain)) return undefined;
  if (Number(four ?? 0) > 32 || Number(six ?? 0) > 128) return undefined;
  const everyAddress = [four, six].some((length) => length !== undefined && Number(length) === 0);
  return { ...(domain === undefined ? {} : { domain }), everyAddress };
}

function network(rest: string, octetCount: number, maxLength: number): Details | undefined {
  const [, address = '', length] = /^:([0-9a-f.:]+)(?:\/(\d{1,3}))?$/i.exec(rest) ?? [];
  if (parseIpAddress(address)?.length !== octetCount || Number(length ?? 0) > maxLength) return undefined;
  return { everyAddress: length !== undefined && Number(length) === 0 };
}
