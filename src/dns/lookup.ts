import type { Message } from './message.ts';
import { type DnsName, isAskable } from './name.ts';
import type { DnsRecord, RecordType } from './records.ts';

/** Asked of a recursive server. */
export interface Question {
  readonly name: DnsName;
  readonly type: RecordType;
}

/** What evidence calls a question. */
export const requestOf = ({ name, type }: Question): string => `${name} ${type}`;

/** No answer: nothing follows from it. */
export interface NoAnswer {
  readonly kind: 'none';
  /** `ERR_…` */
  readonly code: string;
  readonly why: string;
}

interface Answered {
  /** The name that the answer is about, after aliases. */
  readonly owner: DnsName;
  /** The aliases on the way, in order. */
  readonly aliases: readonly DnsName[];
  /** The resolver says that it validated it (DNSSEC). */
  readonly authentic: boolean;
}

/** The answer to one question: records, none of that type, no such name, or nothing that says anything. */
export type Reply =
  | (Answered & { readonly kind: 'records'; readonly records: readonly DnsRecord[] })
  | (Answered & { readonly kind: 'nodata' | 'nxdomain' })
  | NoAnswer;

/** An inquiry, sans-IO: yields questions that may be asked at the same time, and is fed their replies in that order. */
export type Lookup<T> = Generator<readonly Question[], T, readonly Reply[]>;

/** Asks several questions at the same time. */
export function* askAll(questions: readonly Question[]): Lookup<readonly Reply[]> {
  return questions.length === 0 ? [] : yield questions;
}

/** Asks one question. */
export function* ask(name: DnsName, type: RecordType): Lookup<Reply> {
  const [reply = noAnswer('ERR_DNS_ANSWER', 'not asked')] = yield [{ name, type }];
  return reply;
}

export function noAnswer(code: string, why: string): NoAnswer {
  return { kind: 'none', code, why };
}

const maxAliases = 16;

/** A step on the way: an alias whose target the answer does not tell of. */
export interface Onward {
  readonly kind: 'onward';
  readonly target: DnsName;
  readonly aliases: readonly DnsName[];
  readonly authentic: boolean;
}

/**
 * What a message says about a question (RFC 1034 §4.3.2): aliases in it are followed from the name that was asked for,
 * whatever the order of the records, and records of other names count for nothing.
 */
export function replyOf(message: Message, { name, type }: Question): Reply | Onward {
  if (message.rcode !== 'NOERROR' && message.rcode !== 'NXDOMAIN')
    return noAnswer(`ERR_DNS_${message.rcode}`, `the resolver answered ${message.rcode}`);
  const aliases: DnsName[] = [];
  let owner = name;
  for (;;) {
    const alias = message.answers.find((record) => record.type === 'CNAME' && record.name === owner);
    if (type === 'CNAME' || alias?.type !== 'CNAME') break;
    if (alias.target === name || aliases.includes(alias.target) || aliases.length === maxAliases)
      return noAnswer('ERR_DNS_ALIASES', `the aliases of ${name} do not end`);
    owner = alias.target;
    aliases.push(owner);
  }
  const found = { owner, aliases, authentic: message.authentic };
  const records = message.answers.filter((record) => record.type === type && record.name === owner);
  if (records.length > 0) return { kind: 'records', records, ...found };
  if (message.rcode === 'NXDOMAIN') return { kind: 'nxdomain', ...found };
  if (aliases.length > 0 && !message.authorities.some((record) => record.type === 'SOA'))
    return { kind: 'onward', target: owner, aliases, authentic: message.authentic };
  return { kind: 'nodata', ...found };
}

/** The reply to a question whose answer came in several steps. */
export function joined(first: Onward, rest: Reply): Reply {
  if (rest.kind === 'none') return rest;
  const aliases = [...first.aliases, ...rest.aliases];
  if (new Set(aliases).size < aliases.length || aliases.length > maxAliases)
    return noAnswer('ERR_DNS_ALIASES', 'the aliases do not end');
  return { ...rest, aliases, authentic: first.authentic && rest.authentic };
}

/** Why a name cannot be asked for, if so. */
export function unaskable(name: DnsName): NoAnswer | undefined {
  return isAskable(name) ? undefined : noAnswer('ERR_DNS_NAME', 'the name holds what no host name does');
}

/** The addresses that a host name has, over both families; undefined where either answer is not there. */
export function addressesOf(v4: Reply, v6: Reply): readonly string[] | undefined {
  if (v4.kind === 'none' || v6.kind === 'none') return undefined;
  return [v4, v6].flatMap((reply) =>
    reply.kind === 'records'
      ? reply.records.flatMap((record) => ('address' in record ? [record.address] : []))
      : [],
  );
}

/** What records of a reply point to. */
export function targetsIn(reply: Reply): readonly string[] {
  return reply.kind === 'records'
    ? reply.records.flatMap((record) => ('target' in record && record.target !== '' ? [record.target] : []))
    : [];
}

/** The texts of a reply that has TXT records. */
export function textsOf(reply: Reply): readonly string[] {
  return reply.kind === 'records'
    ? reply.records.flatMap((record) => (record.type === 'TXT' ? [record.text] : []))
    : [];
}
