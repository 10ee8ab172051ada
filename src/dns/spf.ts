import { ask, askAll, type Lookup, type Question, type Reply, textsOf } from './lookup.ts';
import type { DnsName } from './name.ts';
import { expand } from './spf-macro.ts';
import { isSpf, parseSpf, type SpfRecord, type SpfTerm } from './spf-record.ts';

/** RFC 7208 §4.6.4. */
const limits = { lookups: 10, voids: 2, mailHosts: 10 } as const;
/** Looked up further than the limit, so that the finding can say by how much; not without end. */
const patience = 20;

export type SpfEnding = '-all' | '~all' | '?all' | '+all' | 'none';

/** What a domain's SPF record comes to for a message that nothing before its end matches. */
export interface Spf {
  /** How many records there are. */
  readonly records: number;
  /** Absent: it could not be followed whole. */
  readonly status?: 'none' | 'several' | 'permerror' | 'valid';
  readonly problem?: string;
  /** Terms that cost a look-up; absent where they could not all be followed. */
  readonly lookups?: number;
  /** Of these, names without an address; those that depend on the message are not asked for. */
  readonly voidLookups?: number;
  readonly ending?: SpfEnding;
  readonly passesEveryone?: boolean;
  /** The record is `-all` and nothing else. */
  readonly noSender: boolean;
  /** What could not be followed. */
  readonly missing: readonly { readonly what: string; readonly why: string }[];
}

interface Walk {
  readonly sender: DnsName;
  readonly missing: { readonly what: string; readonly why: string }[];
  lookups: number;
  voids: number;
  problem?: string;
}

/** Undefined: not known. */
type Maybe = boolean | undefined;

/** How one record ends, and whether a term before that lets everybody pass. */
interface End {
  readonly ending: SpfEnding | undefined;
  readonly everyone: Maybe;
}

const unknown: End = { ending: undefined, everyone: undefined };

const either = (a: Maybe, b: Maybe): Maybe =>
  a || b ? true : a === undefined || b === undefined ? undefined : false;

/** Follows a domain's SPF record whole: each term as if none before it had matched. */
export function* lookUpSpf(domain: DnsName): Lookup<Spf> {
  const walk: Walk = { sender: domain, missing: [], lookups: 0, voids: 0 };
  const reply = yield* ask(domain, 'TXT');
  const found = textsOf(reply).filter(isSpf);
  const [text = ''] = found;
  const noSender = found.length === 1 && /^v=spf1 +-all *$/i.test(text);
  if (reply.kind === 'none')
    return { records: 0, noSender: false, missing: [{ what: `SPF of ${domain}`, why: reply.why }] };
  const nothing = {
    lookups: 0,
    voidLookups: 0,
    ending: 'none',
    passesEveryone: false,
    noSender,
    missing: [],
  } as const;
  if (found.length !== 1)
    return { ...nothing, records: found.length, status: found.length === 0 ? 'none' : 'several' };
  const end = yield* followText(text, domain, [domain], walk);
  return {
    records: 1,
    noSender,
    ...(end.ending === undefined ? {} : { ending: end.ending }),
    ...(end.everyone === undefined ? {} : { passesEveryone: end.everyone }),
    ...countsOf(walk),
    missing: walk.missing,
  };
}

function countsOf({ problem, missing, lookups, voids }: Walk): Partial<Spf> {
  if (problem !== undefined) return { status: 'permerror', problem, lookups, voidLookups: voids };
  if (lookups > limits.lookups)
    return {
      status: 'permerror',
      problem: `${lookups} look-ups, ${limits.lookups} are allowed`,
      lookups,
      voidLookups: voids,
    };
  if (voids > limits.voids)
    return {
      status: 'permerror',
      problem: `${voids} look-ups without an answer, ${limits.voids} are allowed`,
      lookups,
      voidLookups: voids,
    };
  return missing.length === 0 ? { status: 'valid', lookups, voidLookups: voids } : {};
}

function* followText(text: string, domain: DnsName, path: readonly DnsName[], walk: Walk): Lookup<End> {
  const parsed = parseSpf(text);
  if (parsed.kind === 'record') return yield* followRecord(parsed, domain, path, walk);
  walk.problem ??= `${domain}: ${parsed.problem}`;
  return { ending: 'none', everyone: false };
}

function* followRecord(
  record: SpfRecord,
  domain: DnsName,
  path: readonly DnsName[],
  walk: Walk,
): Lookup<End> {
  let everyone: Maybe = false;
  for (const term of record.terms) {
    if (term.mechanism === 'all') {
      const { qualifier } = term;
      return { ending: `${qualifier}all`, everyone: either(everyone, qualifier === '+') };
    }
    everyone = either(everyone, yield* followTerm(term, domain, path, walk));
  }
  if (record.redirect === undefined) return { ending: 'none', everyone };
  const end = yield* followDomain(record.redirect, domain, path, walk, 'redirect');
  return { ending: end.ending, everyone: either(everyone, end.everyone) };
}

const isOver = (walk: Walk): boolean => walk.lookups >= patience;

/** Whether the term lets everybody pass; undefined: not known. */
function* followTerm(term: SpfTerm, domain: DnsName, path: readonly DnsName[], walk: Walk): Lookup<Maybe> {
  const passes = term.qualifier === '+';
  switch (term.mechanism) {
    case 'all':
    case 'ip4':
    case 'ip6':
      return passes && term.everyAddress;
    case 'include': {
      const end = yield* followDomain(term.domain ?? '', domain, path, walk, 'include');
      return passes ? end.everyone : false;
    }
    case 'ptr':
      walk.lookups++;
      return false;
    case 'a':
    case 'mx':
    case 'exists':
      yield* countTerm(term, domain, walk);
      return passes && term.everyAddress;
  }
}

function* countTerm({ mechanism, domain: spec }: SpfTerm, domain: DnsName, walk: Walk): Lookup<void> {
  walk.lookups++;
  if (isOver(walk)) return;
  const name = spec === undefined ? domain : expand(spec, domain, walk.sender);
  if (name === undefined) return;
  if (mechanism === 'mx') return yield* countMailHosts(name, walk);
  const types = mechanism === 'a' ? (['A', 'AAAA'] as const) : (['A'] as const);
  const replies = yield* askAll(types.map((type): Question => ({ name, type })));
  countVoid(name, replies, walk);
}

function* countMailHosts(name: DnsName, walk: Walk): Lookup<void> {
  const reply = yield* ask(name, 'MX');
  countVoid(name, [reply], walk);
  if (reply.kind === 'records' && reply.records.length > limits.mailHosts)
    walk.problem ??= `mx of ${name} names ${reply.records.length} hosts, ${limits.mailHosts} are allowed`;
}

function countVoid(name: DnsName, replies: readonly Reply[], walk: Walk): void {
  if (replies.some(({ kind }) => kind === 'records')) return;
  const silent = replies.find((reply) => reply.kind === 'none');
  if (silent?.kind === 'none') walk.missing.push({ what: name, why: silent.why });
  else walk.voids++;
}

/** include: and redirect=: a domain without a record of its own is an error of whoever names it (RFC 7208 §5.2, §6.1). */
function* followDomain(
  spec: string,
  domain: DnsName,
  path: readonly DnsName[],
  walk: Walk,
  word: 'include' | 'redirect',
): Lookup<End> {
  walk.lookups++;
  if (isOver(walk)) return unknown;
  const name = expand(spec, domain, walk.sender);
  if (name === undefined) {
    walk.missing.push({ what: `${word} in ${domain}`, why: 'it depends on the message' });
    return unknown;
  }
  if (path.includes(name)) {
    walk.problem ??= `${word} of ${name} leads back to itself`;
    return unknown;
  }
  const reply = yield* ask(name, 'TXT');
  if (reply.kind === 'none') {
    walk.missing.push({ what: `${word} of ${name}`, why: reply.why });
    return unknown;
  }
  const [text, another] = textsOf(reply).filter(isSpf);
  if (reply.kind === 'nxdomain' || reply.kind === 'nodata') walk.voids++;
  if (text !== undefined && another === undefined)
    return yield* followText(text, name, [...path, name], walk);
  walk.problem ??= `${word} of ${name}, which has ${text === undefined ? 'no SPF record' : 'several'}`;
  return unknown;
}
